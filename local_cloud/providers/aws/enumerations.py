"""Values that AWS's SDK enumerates, and that its provider therefore checks at preview."""

from __future__ import annotations

from typing import Final

RUNTIMES: Final = (
    *("nodejs16.x", "nodejs18.x", "nodejs20.x", "nodejs22.x", "nodejs24.x"),
    *("java8", "java8.al2", "java11", "java17", "java21", "java25"),
    *("python2.7", "python3.6", "python3.7", "python3.8", "python3.9", "python3.10"),
    *("python3.11", "python3.12", "python3.13", "python3.14"),
    *("dotnet6", "dotnet8", "dotnet10", "go1.x"),
    *("ruby2.5", "ruby2.7", "ruby3.2", "ruby3.3", "ruby3.4"),
    *("provided", "provided.al2", "provided.al2023"),
)
ARCHITECTURES: Final = ("x86_64", "arm64")
KEY_SPECS: Final = (
    "SYMMETRIC_DEFAULT",
    *("RSA_2048", "RSA_3072", "RSA_4096"),
    *("ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1"),
    *("ECC_NIST_EDWARDS25519", "HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512", "SM2"),
    *("ML_DSA_44", "ML_DSA_65", "ML_DSA_87"),
)
KEY_USAGES: Final = ("ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT")
UNITS: Final = (
    *("Seconds", "Microseconds", "Milliseconds"),
    *("Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes"),
    *("Bits", "Kilobits", "Megabits", "Gigabits", "Terabits"),
    *("Percent", "Count"),
    *("Bytes/Second", "Kilobytes/Second", "Megabytes/Second"),
    *("Gigabytes/Second", "Terabytes/Second"),
    *("Bits/Second", "Kilobits/Second", "Megabits/Second", "Gigabits/Second", "Terabits/Second"),
    *("Count/Second", "None"),
)
STATISTICS: Final = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
CATALOG_PERMISSIONS: Final = (
    *("ALL", "SELECT", "ALTER", "DROP", "DELETE", "INSERT"),
    *("CREATE_DATABASE", "CREATE_TABLE", "DATA_LOCATION_ACCESS"),
)
CRAWL_STATES: Final = ("RUNNING", "CANCELLING", "CANCELLED", "SUCCEEDED", "FAILED", "ERROR")
STORAGE_CLASSES: Final = (
    *("STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING"),
    *("GLACIER", "DEEP_ARCHIVE", "OUTPOSTS", "GLACIER_IR", "SNOW", "EXPRESS_ONEZONE"),
)
SUBSCRIPTION_PROTOCOLS: Final = (
    *("application", "email", "email-json", "firehose", "http", "https"),
    *("lambda", "sms", "sqs"),
)
