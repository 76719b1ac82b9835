"""Statements of every kind, known and unknown, and ways to spoil them."""

from __future__ import annotations

import re
from typing import Final

from hypothesis import strategies as st

STATEMENTS: Final = (
    "SELECT * FROM D.RAW.T",
    "SELECT a.ID, COUNT(*) FROM D.RAW.T a JOIN D.RAW.V b ON a.ID = b.ID WHERE a.ID > 1 "
    "GROUP BY 1 ORDER BY 2 LIMIT 3",
    "INSERT INTO D.RAW.T (ID) VALUES (1), (2)",
    "UPDATE D.RAW.T SET ID = 2 WHERE ID = 1",
    "DELETE FROM D.RAW.T WHERE ID = 5",
    "MERGE INTO D.RAW.T t USING D.RAW.V v ON t.ID = v.ID WHEN MATCHED THEN UPDATE SET ID "
    "= 3 WHEN NOT MATCHED THEN INSERT (ID) VALUES (v.ID)",
    "TRUNCATE TABLE D.RAW.T",
    "CREATE TABLE D.RAW.T2 (ID INT NOT NULL DEFAULT 1 COMMENT 'x', V VARIANT)",
    "CREATE OR REPLACE VIEW D.RAW.V2 COMMENT = 'c' AS SELECT ID FROM D.RAW.T",
    "CREATE WAREHOUSE W2 WAREHOUSE_SIZE = XSMALL AUTO_SUSPEND = 60",
    "CREATE ROLE R2 COMMENT = 'x'",
    "CREATE USER U2 PASSWORD = 'x' DEFAULT_ROLE = R2",
    "CREATE RESOURCE MONITOR M2 WITH CREDIT_QUOTA = 5 FREQUENCY = DAILY START_TIMESTAMP "
    "= IMMEDIATELY TRIGGERS ON 80 PERCENT DO NOTIFY ON 100 PERCENT DO SUSPEND",
    "CREATE STORAGE INTEGRATION I2 TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = 'S3' ENABLED "
    "= TRUE STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::000000000000:role/x' "
    "STORAGE_ALLOWED_LOCATIONS = ('s3://b/')",
    "CREATE STAGE D.RAW.S2 URL = 's3://b/' STORAGE_INTEGRATION = I2",
    "CREATE FILE FORMAT D.RAW.F2 TYPE = PARQUET",
    "CREATE PIPE D.RAW.P2 AUTO_INGEST = TRUE AS COPY INTO D.RAW.T FROM @D.RAW.S2 "
    "FILE_FORMAT = (TYPE = PARQUET) MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE",
    "CREATE EXTERNAL VOLUME V2 STORAGE_LOCATIONS = ((NAME = 'lake' STORAGE_PROVIDER = "
    "'S3' STORAGE_BASE_URL = 's3://b/' STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::0:role/x')) "
    "ALLOW_WRITES = FALSE",
    "COPY INTO D.RAW.T FROM @D.RAW.S2/t/ PATTERN = '.*[.]parquet' ON_ERROR = SKIP_FILE",
    "ALTER WAREHOUSE W2 SET WAREHOUSE_SIZE = LARGE",
    "ALTER TABLE D.RAW.T ADD COLUMN X INT",
    "ALTER USER U2 SET DISABLED = TRUE",
    "ALTER RESOURCE MONITOR M2 SET CREDIT_QUOTA = 7",
    "ALTER SESSION SET TIMEZONE = 'UTC'",
    "DROP TABLE IF EXISTS D.RAW.T9",
    "SHOW WAREHOUSES LIKE 'W%'",
    "SHOW TABLES IN SCHEMA D.RAW STARTS WITH 'T' LIMIT 3",
    "SHOW GRANTS TO ROLE R2",
    "SHOW FUTURE GRANTS IN SCHEMA D.RAW",
    "SHOW PARAMETERS IN WAREHOUSE W2",
    "SHOW COLUMNS IN TABLE D.RAW.T",
    "DESC TABLE D.RAW.T",
    "DESCRIBE USER U2",
    "GRANT SELECT, INSERT ON TABLE D.RAW.T TO ROLE R2 WITH GRANT OPTION",
    "GRANT ROLE R2 TO USER U2",
    "REVOKE ALL PRIVILEGES ON SCHEMA D.RAW FROM ROLE R2",
    "GRANT SELECT ON FUTURE VIEWS IN SCHEMA D.RAW TO ROLE R2",
    "USE ROLE ACCOUNTADMIN",
    "USE WAREHOUSE COMPUTE_WH",
    "USE SCHEMA D.RAW",
    "SELECT CURRENT_ROLE(), CURRENT_TIMESTAMP(), SYSTEM$PIPE_STATUS('D.RAW.P2')",
    "SELECT GET_DDL('VIEW', 'D.RAW.V')",
    "SELECT * FROM TABLE(INFORMATION_SCHEMA.COPY_HISTORY(TABLE_NAME => 'T', START_TIME "
    "=> DATEADD(HOUR, -1, CURRENT_TIMESTAMP())))",
    "SELECT PARSE_JSON('{\"a\": [1]}'):a[0]::INT, FLATTEN(INPUT => 1)",
    "BEGIN",
    "COMMIT",
    "CALL P(1)",
    "EXECUTE IMMEDIATE 'SELECT 1'",
    "CREATE TASK T AS SELECT 1",
    "LIST @D.RAW.S2",
    "PUT file:///x @D.RAW.S2",
    "EXPLAIN SELECT 1",
    "WITH X AS (SELECT 1 AS ID) SELECT * FROM X QUALIFY ROW_NUMBER() OVER (ORDER BY ID) = 1",
)
_PIECE: Final = re.compile(r"\w+|\s+|\S")
_WORDS: Final = sorted({word for one in STATEMENTS for word in re.findall(r"\w+|[^\w\s]", one)})
_DISTURBING: Final = ("'", '"', "(", ")", ";", "$$", "\x00", "é", "--", "/*", "@", "%s", "?", ":1")
_words: Final = st.sampled_from(_WORDS) | st.sampled_from(_DISTURBING)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Draw a statement with a few pieces lost, added, replaced, swapped or cut off."""
    pieces = _PIECE.findall(draw(st.sampled_from(STATEMENTS)))
    for _ in range(draw(st.integers(1, 4))):
        if not pieces:
            break
        place = draw(st.integers(0, len(pieces) - 1))
        match draw(st.sampled_from(["lose", "add", "replace", "swap", "cut"])):
            case "lose":
                del pieces[place]
            case "add":
                pieces.insert(place, f"{draw(_words)} ")
            case "replace":
                pieces[place] = draw(_words)
            case "swap":
                other = draw(st.integers(0, len(pieces) - 1))
                pieces[place], pieces[other] = pieces[other], pieces[place]
            case _:
                pieces = pieces[:place]
    return "".join(pieces)
