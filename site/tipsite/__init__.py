"""The Flask app of the site."""
