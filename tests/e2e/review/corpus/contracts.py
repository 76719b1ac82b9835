"""Changes of data contracts, and what follows from them for tables."""

from __future__ import annotations

from tests.e2e.review.seeds import Edit, Seed

AIRLINES = "contracts/airlines.odcs.yaml"
WEATHER = "contracts/weather.odcs.yaml"
FLIGHTS = "contracts/flights.odcs.yaml"

GATES = """apiVersion: v3.2.0
kind: DataContract
id: 5f3b8f0e-6c3f-4a55-9d0e-6a0c8c1b7a77
name: Gates
version: 1.0.0
status: active
domain: aviation
description:
  purpose: The gates of each airport.
team:
  name: reference-data
customProperties:
  - property: merge
    value: upsert
schema:
  - name: gates
    physicalType: file
    properties:
      - name: gate
        logicalType: string
        primaryKey: true
        description: Code of the gate.
"""

CONTRACTS = (
    Seed(
        name="column-added",
        finds=(
            "contract flights.gate column-added: fine",
            "2 x replace BucketObjectv2: harmless",
            "update CatalogTable: harmless",
            "update Function: harmless",
            "update Job: harmless",
            "update Table: harmless",
            "update View: harmless",
        ),
        edits=(
            Edit(
                file=FLIGHTS,
                old="      - name: air_time\n",
                new="      - name: gate\n        logicalType: string\n"
                "        description: Where the flight leaves from.\n"
                "      - name: air_time\n",
            ),
        ),
    ),
    Seed(
        name="column-dropped",
        finds=(
            "contract flights.minute column-removed: breaking",
            "2 x replace BucketObjectv2: harmless",
            "update CatalogTable: harmless",
            "update Function: harmless",
            "update Job: harmless",
            "update Table: data-loss",
            "update View: harmless",
        ),
        edits=(
            Edit(
                file=FLIGHTS,
                old="      - name: minute\n        logicalType: integer\n"
                "        logicalTypeOptions: {minimum: 0, maximum: 59}\n"
                "        required: true\n"
                "        description: Minute of the scheduled departure.\n",
                new="",
            ),
        ),
    ),
    Seed(
        name="column-narrowed",
        finds=(
            "2 x contract flights.air_time rule-loosened: fine",
            "contract flights.air_time type-changed: breaking",
            "2 x replace BucketObjectv2: harmless",
            "update CatalogTable: harmless",
            "update Function: harmless",
            "update Job: harmless",
            "update Table: data-loss",
        ),
        edits=(
            Edit(
                file=FLIGHTS,
                old="      - name: air_time\n        logicalType: integer\n"
                "        logicalTypeOptions: {minimum: 1, maximum: 1200}\n",
                new="      - name: air_time\n        logicalType: boolean\n",
            ),
        ),
    ),
    Seed(
        name="column-described",
        finds=(
            "contract flights.air_time description-changed: fine",
            "2 x replace BucketObjectv2: harmless",
            "update CatalogTable: harmless",
            "update Function: harmless",
            "update Job: harmless",
            "update Table: harmless",
        ),
        edits=(
            Edit(
                file=FLIGHTS,
                old="        description: Minutes in the air.\n",
                new="        description: Minutes between take-off and landing.\n",
            ),
        ),
    ),
    Seed(
        name="rule-tightened",
        finds=(
            "contract flights.air_time rule-tightened: breaking",
            "2 x replace BucketObjectv2: harmless",
            "update Function: harmless",
            "update Job: harmless",
        ),
        edits=(
            Edit(
                file=FLIGHTS,
                old="        logicalTypeOptions: {minimum: 1, maximum: 1200}\n",
                new="        logicalTypeOptions: {minimum: 1, maximum: 900}\n",
            ),
        ),
    ),
    Seed(
        name="dataset-given-up",
        finds=(
            "contract weather.* dataset-removed: breaking",
            "delete CatalogTable: outage",
            "3 x delete CatalogTableOptimizer: harmless",
            "delete IcebergTableFromAwsGlue: outage",
            "delete MetricAlarm: outage",
            "delete Pipe: harmless",
            "delete View: harmless",
            "2 x replace BucketObjectv2: harmless",
            "retain CatalogTable: data-loss",
            "retain Table: data-loss",
            "update Dashboard: harmless",
            "update Function: harmless",
            "update Job: harmless",
        ),
        cost=-1,
        stops=("protect",),
        edits=(Edit(file=WEATHER),),
    ),
    Seed(
        name="dataset-added",
        finds=(
            "contract gates.* dataset-added: fine",
            "2 x create CatalogTable: harmless",
            "3 x create CatalogTableOptimizer: cost-up",
            "create IcebergTableFromAwsGlue: harmless",
            "create MetricAlarm: cost-up",
            "create Pipe: cost-up",
            "create Table: cost-up",
            "create View: harmless",
            "2 x replace BucketObjectv2: harmless",
            "update BucketNotification: outage",
            "update Dashboard: harmless",
            "update Function: cost-up",
            "update Job: harmless",
        ),
        cost=1,
        edits=(Edit(file="contracts/gates.odcs.yaml", new=GATES),),
    ),
)
