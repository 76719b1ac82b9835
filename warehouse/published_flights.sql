-- view: MARTS.PUBLISHED_FLIGHTS
-- secure: yes
-- reads: CURATED.FLIGHT_PERFORMANCE
-- comment: Flights as readers may see them: what was flown and how late, without the aircraft.
SELECT
    TIME_HOUR,
    CAST(CONVERT_TIMEZONE('America/New_York', TIME_HOUR) AS DATE) AS FLIGHT_DATE,
    CARRIER,
    CARRIER_NAME,
    FLIGHT,
    ORIGIN,
    ORIGIN_NAME,
    DEST,
    DEST_NAME,
    DISTANCE,
    DEPARTED,
    DEP_DELAY,
    ARR_DELAY
FROM CURATED.FLIGHT_PERFORMANCE
