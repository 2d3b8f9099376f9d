-- One row of everything that team billing has and team analytics must not reach, beside what their DAG processors wrote.
INSERT INTO dag_run (id, dag_id, run_id, run_type, state, run_after)
SELECT row_number() OVER (), dag_id, 'seeded', 'manual', 'running', now() FROM dag WHERE dag_id IN ('report', 'invoices');
SELECT setval('dag_run_id_seq', 100);
INSERT INTO task_instance (id, task_id, dag_id, run_id, map_index, try_number, pool, pool_slots, state)
SELECT gen_random_uuid(), 'seeded', dag_id, 'seeded', -1, 1, 'default_pool', 1, 'queued' FROM dag_run;
INSERT INTO dag_tag (name, dag_id) VALUES ('seeded', 'invoices');
INSERT INTO import_error (timestamp, filename, bundle_name, stacktrace) VALUES (now(), 'seeded.py', 'billing', 'seeded');
INSERT INTO dag_priority_parsing_request (id, bundle_name, relative_fileloc) VALUES ('seeded', 'billing', 'seeded.py');
INSERT INTO callback (id, type, fetch_method, data, bundle_name, priority_weight, created_at)
VALUES (gen_random_uuid(), 'dag_processor', 'dag_attribute', '{}', 'billing', 1, now());
INSERT INTO job (job_type, state, unixname) VALUES
    ('DagProcessorJob', 'running', 'airflow-parse-billing'),
    ('TriggererJob', 'running', 'airflow-trigger-billing');
INSERT INTO trigger (classpath, kwargs, created_date, team_name) VALUES
    ('seeded', '{}', now(), 'billing'),
    ('seeded', '{}', now(), 'analytics');
INSERT INTO asset (name, uri, "group", extra, created_at, updated_at) VALUES
    ('seeded', 'seeded', 'asset', '{}', now(), now()),
    ('unused', 'unused', 'asset', '{}', now(), now());
INSERT INTO asset_dag_run_queue (asset_id, target_dag_id, created_at) SELECT id, 'invoices', now() FROM asset WHERE name = 'seeded';
INSERT INTO connection (conn_id, conn_type, password, is_encrypted, is_extra_encrypted) VALUES ('seeded', 'http', 'seeded', false, false);
INSERT INTO variable (key, val, is_encrypted) VALUES ('seeded', 'seeded', false);
INSERT INTO xcom (dag_run_id, task_id, map_index, key, dag_id, run_id, timestamp)
SELECT id, 'seeded', -1, 'seeded', dag_id, run_id, now() FROM dag_run WHERE dag_id = 'invoices';
INSERT INTO session (session_id) VALUES ('seeded');
INSERT INTO log (event) VALUES ('seeded');
INSERT INTO ab_role (id, name) VALUES (999998, 'seeded');
INSERT INTO ab_user (id, first_name, last_name, username, email) VALUES (999998, 'seeded', 'seeded', 'seeded', 'seeded');
INSERT INTO hitl_detail (ti_id, options, subject, params, params_input, created_at)
SELECT id, '["yes"]', 'seeded', '{}', '{}', now() FROM task_instance WHERE dag_id = 'invoices';
INSERT INTO task_reschedule (ti_id, start_date, end_date, duration, reschedule_date)
SELECT id, now(), now(), 0, now() FROM task_instance WHERE dag_id = 'invoices';
