-- Where a claim stands in the file that a person opens ("page 3", "line 12"). Empty for mentions from before
-- this column, and where the reader of a form knows no such place.

ALTER TABLE records.mentions ADD COLUMN locator VARCHAR;
