"""Do clicks that were made at one width lie on the same elements of the page at every other?"""
