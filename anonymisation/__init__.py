"""Text in, protected text out.

This package knows no case, no user, no HTTP and no database. It finds identifiers in Dutch case text,
replaces them by case-local pseudonyms of one fixed form and says what still singles a person out.
"""
