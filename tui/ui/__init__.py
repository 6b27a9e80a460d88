"""The Textual app: shows values, passes on actions. Imports the service and nothing below."""
