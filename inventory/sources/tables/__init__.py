"""The inventory as tables of rows and columns, for people with a spreadsheet: CSV files and XLSX workbooks."""
