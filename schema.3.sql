-- What version 3 of the store adds to version 2.

-- This fails in a database that another program made.
SELECT n, shown FROM change LIMIT 0;

-- Where the change stood when all of its plan was last displayed to a person; NULL when it was not there.
ALTER TABLE change ADD COLUMN place INTEGER;
