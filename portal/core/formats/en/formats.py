"""English dates: unambiguous, day first."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i:s"
SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
