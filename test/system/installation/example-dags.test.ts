import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { labelValue } from "../../../components/task-labels.ts";
import { airflowInstallation } from "../../../rehearsal/airflow/installation.ts";
import { checkout } from "../../../rehearsal/place.ts";

const examples = join(checkout, "examples", "dags");
const teams = ["analytics", "billing"];

describe("The example DAGs", function () {
    this.timeout(300_000);

    let folder: string;
    let bin: string;

    before(async () => {
        folder = mkdtempSync(join(tmpdir(), "example-dags-"));
        ({ bin } = await airflowInstallation("3.3.2", console.log));
    });

    after(() => {
        rmSync(folder, { recursive: true });
    });

    /** Runs Python as Airflow's own has it, and gives the last line that it prints, read as JSON. */
    function python<T>(args: readonly string[], environment: Record<string, string> = {}): T {
        const { stdout, stderr, status } = spawnSync(join(bin, "python"), args, {
            encoding: "utf8",
            env: {
                PATH: process.env.PATH,
                AIRFLOW_HOME: folder,
                AIRFLOW__CORE__LOAD_EXAMPLES: "False",
                PYTHONDONTWRITEBYTECODE: "1",
                PYTHONPATH: join(examples, "analytics"),
                ...environment,
            },
        });
        assert.equal(status, 0, stderr);
        return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as T;
    }

    interface Bag {
        readonly dags: Record<string, { tasks: string[]; file: string; documented: boolean }>;
        readonly errors: Record<string, string>;
        readonly warnings: Record<string, string[]>;
    }
    const bag = (dags: string) => python<Bag>([join(checkout, "test/system/installation/dag_bag.py"), dags]);

    it("are one to a file, of the same name, documented, and imported by Airflow without an error or a warning", () => {
        const { dags, errors, warnings } = bag(examples);
        assert.deepEqual(errors, {});
        // Airflow warns of its own providers' code too.
        const own = Object.values(warnings).flatMap((lines) => lines.filter((line) => line.startsWith(examples)));
        assert.deepEqual(own, []);
        assert.deepEqual(
            Object.entries(dags)
                .map(([id, { file, documented }]) => [id, file, documented])
                .sort(),
            teams
                .flatMap((team) => readdirSync(join(examples, team)))
                .filter((name) => name.endsWith(".py"))
                .map((name) => [name.slice(0, -3), name, true])
                .sort(),
        );
        assert.deepEqual(Object.fromEntries(Object.entries(dags).map(([id, { tasks }]) => [id, tasks])), {
            flaky: ["deliver"],
            greeting: ["greet", "is_there"],
            launched: ["count", "weigh"],
            mapped: ["load", "parcels", "weigh"],
            patient: ["arrive", "wait"],
            products: ["is_there", "name"],
            reminders: ["count", "remind", "unpaid"],
            surroundings: ["ask", "look"],
            values: ["double", "give"],
        });
    });

    it("are counted by the labels that Airflow gives their pods, and so are ids that no label can have", () => {
        const ids = [
            ...Object.entries(bag(examples).dags).flatMap(([dag, { tasks }]) => [dag, ...tasks]),
            ...[
                "a".repeat(63),
                "a".repeat(64),
                "team.load-orders_2",
                "_private_",
                "-x-",
                "schön",
                "日本",
                "a.",
                "b".repeat(250),
            ],
        ];
        const program =
            "import json, os\n" +
            "from airflow.providers.cncf.kubernetes.pod_generator import PodGenerator\n" +
            "labels = PodGenerator.build_labels_for_k8s_executor_pod\n" +
            'ids = json.loads(os.environ["IDS"])\n' +
            "print(json.dumps([[labels(dag_id=each, task_id=each, try_number=1)[key] for key in ('dag_id', 'task_id')] for each in ids]))";
        assert.deepEqual(
            python(["-c", program], { IDS: JSON.stringify(ids) }),
            ids.map((id) => [labelValue(id), labelValue(id)]),
        );
        // None of the examples needs to be cut: what Airflow's tags say of them is the label.
        assert.ok(Object.keys(bag(examples).dags).every((dag) => labelValue(dag) === dag));
    });

    it("would be refused by that check with an import that there is not", () => {
        const broken = join(folder, "broken");
        mkdirSync(broken);
        writeFileSync(join(broken, "broken.py"), "from airflow.sdk import no_such_thing\n");
        const { dags, errors } = bag(broken);
        assert.deepEqual(dags, {});
        assert.match(Object.values(errors).join("\n"), /no_such_thing/);
    });

    describe("one of which searches for secrets", () => {
        const salt = "a pinch";
        const secret = "JBSWY3DPEHPK3PXP";

        /** By text, the names of the secrets that are found in it. */
        function found(texts: readonly string[]): Record<string, string[]> {
            const sha256 = createHash("sha256")
                .update(salt + secret)
                .digest("hex");
            const program =
                "import json, os, surroundings\n" +
                'wanted = surroundings.Fingerprints(os.environ["SALT"], json.loads(os.environ["WANTED"]))\n' +
                'texts = json.loads(os.environ["TEXTS"])\n' +
                "print(json.dumps({text: sorted(wanted.found(text.encode())) for text in texts}))";
            const wanted = [
                { name: "the secret", length: secret.length, sha256 },
                { name: "another", length: 9, sha256: "0".repeat(64) },
            ];
            return python(["-c", program], {
                SALT: salt,
                WANTED: JSON.stringify(wanted),
                TEXTS: JSON.stringify(texts),
            });
        }

        const all = (texts: readonly string[], names: string[]) =>
            Object.fromEntries(texts.map((text) => [text, names]));

        it("finds one alone, at either end, and within an address", () => {
            const texts = [secret, `${secret} after`, `before ${secret}`, `postgresql://airflow:${secret}@db/airflow`];
            assert.deepEqual(found(texts), all(texts, ["the secret"]));
        });

        it("finds none where one letter is another, or part is missing", () => {
            const texts = ["", "postgresql://airflow@db/airflow", secret.replace("W", "V"), secret.slice(1)];
            assert.deepEqual(found(texts), all(texts, []));
        });
    });
});
