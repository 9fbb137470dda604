"""Second skins of the site families: other ids, hosts and templates than the sample nation's, made by chance from a seed.

They are written from what the families do (families.md 3 to 8), not from the spiders.
"""
