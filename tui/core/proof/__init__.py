"""The proof of a de-identified copy: read again from its bytes, by code that shares nothing with the writer."""
