"""The reference site's migrations."""
