/** Columns that a role may not change, of the tables where it may change any: a column that is new in neither list is a decision to make. */
export const withheldColumns: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "airflow-parsers": {
        dag_bundle: "name active",
        dag: "dag_id is_paused",
        dag_version: "id version_number dag_id created_at",
        dag_code: "id dag_id created_at dag_version_id",
        serialized_dag: "id dag_id created_at dag_version_id",
        deadline_alert: "id created_at serialized_dag_id",
        dag_tag: "dag_id",
        dag_owner_attributes: "dag_id",
        dag_warning: "dag_id",
        dag_schedule_asset_reference: "asset_id dag_id created_at",
        dag_schedule_asset_alias_reference: "alias_id dag_id created_at",
        dag_schedule_asset_name_reference: "name dag_id",
        dag_schedule_asset_uri_reference: "uri dag_id",
        task_outlet_asset_reference: "asset_id dag_id task_id created_at",
        task_inlet_asset_reference: "asset_id dag_id task_id created_at",
        import_error: "id",
        callback: "id type fetch_method data bundle_name state output priority_weight trigger_id",
        job: "id dag_id job_type unixname",
        asset_watcher: "asset_id trigger_id",
        asset: "id name uri created_at",
        asset_alias: "id name",
    },
    "airflow-triggerers": {
        job: "id dag_id job_type unixname",
        trigger: "id classpath kwargs created_date queue team_name",
        task_instance:
            "task_id dag_id run_id map_index try_number max_tries hostname unixname pool pool_slots queue priority_weight operator custom_operator_name queued_dttm queued_by_job_id last_heartbeat_at pid executor executor_config rendered_map_index context_carrier span_status external_executor_id task_display_name dag_version_id retry_delay_override retry_reason",
        callback: "id type fetch_method data bundle_name priority_weight created_at",
        hitl_detail: "ti_id options subject body defaults multiple params assignees created_at responded_by",
    },
};
