"""The reference site: an observatory's plan, and a page that follows it live."""
