"""Which resource types the real provider offers only when its configuration asks for them.

Version 2.22 of the package: a type that is missing from ``preview_features_enabled`` is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PREVIEW_FEATURES: Final[Mapping[str, str]] = {
    "snowflake:index/icebergTableFromAwsGlue:IcebergTableFromAwsGlue": (
        "snowflake_iceberg_table_from_aws_glue_resource"
    ),
    "snowflake:index/pipe:Pipe": "snowflake_pipe_resource",
    "snowflake:index/table:Table": "snowflake_table_resource",
}

_RESOURCES: Final = """
    account_authentication_policy_attachment account_password_policy_attachment
    account_session_policy_attachment alert api_integration api_integration_amazon_api_gateway
    api_integration_azure_api_management api_integration_external_mcp_dynamic_client
    api_integration_external_mcp_oauth2 api_integration_git_repository_github_app
    api_integration_git_repository_oauth2 api_integration_git_repository_private_link
    api_integration_git_repository_token api_integration_google_cloud_api_gateway
    authentication_policy catalog_integration_aws_glue catalog_integration_iceberg_rest
    catalog_integration_object_storage catalog_integration_open_catalog compute_pool
    cortex_agent cortex_search_service current_account current_organization_account
    dynamic_table email_notification_integration external_access_integration external_function
    external_table external_volume failover_group file_format file_format_avro file_format_csv
    file_format_json file_format_orc file_format_parquet file_format_xml function_java
    function_javascript function_python function_scala function_sql git_repository hybrid_table
    iceberg_table iceberg_table_from_aws_glue iceberg_table_from_delta_files
    iceberg_table_from_files iceberg_table_from_rest image_repository
    intelligence_cortex_agent_attachment job_service listing managed_account materialized_view
    mcp_server network_policy_attachment network_rule notebook notification_integration
    object_parameter openflow_connector openflow_deployment_byoc
    openflow_deployment_snowflake_managed openflow_runtime password_policy pipe
    postgres_instance procedure_java procedure_javascript procedure_python procedure_scala
    procedure_sql semantic_view sequence service session_policy share stage stage_external_azure
    stage_external_gcs stage_external_s3 stage_external_s3_compatible stage_internal
    storage_integration storage_integration_aws storage_integration_azure
    storage_integration_gcs storage_lifecycle_policy table
    table_column_masking_policy_application table_constraint
    table_storage_lifecycle_policy_attachment user_authentication_policy_attachment
    user_password_policy_attachment user_programmatic_access_token user_public_keys
    user_session_policy_attachment warehouse_adaptive warehouse_interactive
"""
_DATA_SOURCES: Final = """
    alerts api_integrations authentication_policies catalog_integrations compute_pools
    cortex_agents cortex_search_services current_account current_role database database_role
    dynamic_tables external_access_integrations external_functions external_tables
    external_volumes failover_groups file_formats functions git_repositories hybrid_tables
    iceberg_tables image_repositories listings materialized_views mcp_servers network_rules
    notebooks openflow_connector_definitions openflow_connectors openflow_deployments
    openflow_runtimes parameters password_policies pipes procedures semantic_views sequences
    services session_policies shares stages storage_integrations storage_lifecycle_policies
    system_generate_scim_access_token system_get_aws_sns_iam_policy
    system_get_privatelink_config system_get_snowflake_platform_info tables
    user_programmatic_access_tokens
"""
KNOWN_FEATURES: Final = frozenset(
    f"snowflake_{name}_{kind}"
    for names, kind in ((_RESOURCES, "resource"), (_DATA_SOURCES, "datasource"))
    for name in names.split()
)
"""What ``preview_features_enabled`` may list; the provider refuses another word at preview."""
