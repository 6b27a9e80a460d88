"""What a user can do, as typed actions; what came of it, as events. Knows no Textual and no file format."""
