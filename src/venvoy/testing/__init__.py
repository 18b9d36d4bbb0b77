"""Hand-written doubles of the parts at the border, for tests here and elsewhere.

They ship with the package, obey the same protocols as the real parts and keep
no state outside the object that a test made.
"""
