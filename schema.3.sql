-- What version 3 of the store adds to version 2.

-- This fails in a database that another program made.
SELECT n, shown FROM change LIMIT 0;

-- Where the change stood among the open ones when a person last saw their order; NULL when nobody saw it there.
ALTER TABLE change ADD COLUMN place INTEGER;
