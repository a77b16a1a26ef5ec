"""What is made of a filled form: the spreadsheet, the printed form, machine JSON, two versions compared.

Pure functions of a `central.report.sheet.Sheet`: no store and no HTTP. Each goes by `few.seen`, so that what a reader
may not see is in none of them.
"""
