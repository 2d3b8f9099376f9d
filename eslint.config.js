import { defineConfig } from "eslint/config";
import prettier from "eslint-config-prettier";
import { createNodeResolver, importX } from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

// Imports point one way: index → stacks → components. Rooms under components/ meet only in stacks/platform.ts, and
// nothing that deploys may know that operations, the rehearsal or the tests exist.
const rooms = ["cluster", "identity", "mesh", "teams", "airflow", "entrance", "platform"];
// What every room stands on. It imports no room.
const ground = ["aws", "certificates", "secrecy"];
const between = rooms.map((room) => ({
    target: `./components/${room}`,
    from: rooms.filter((other) => other !== room).map((other) => `./components/${other}`),
    message: "Rooms meet only in stacks/platform.ts, through outputs.",
}));
// The rooms within Airflow. Each imports only those before it, so that no two need each other.
const airflowRooms = ["jobs", "database", "keys", "dags", "secrets-backend", "logs", "tasks", "rds"];
const withinAirflow = airflowRooms.slice(0, -1).map((room, index) => ({
    target: `./components/airflow/${room}`,
    from: airflowRooms.slice(index + 1).map((later) => `./components/airflow/${later}`),
    message: `The rooms within Airflow import each other one way: ${airflowRooms.join(", ")}.`,
}));
const beneath = ground.map((part) => ({
    target: `./components/${part}`,
    from: [...rooms, ...ground.filter((other) => other !== part)].map((other) => `./components/${other}`),
    message: "What every room stands on imports no room.",
}));

export default defineConfig(
    { ignores: ["node_modules/", ".rehearsal/", "test/golden/*.json"] },
    ...tseslint.configs.strict,
    prettier,
    {
        plugins: { "import-x": importX },
        settings: { "import-x/resolver-next": [createNodeResolver({ extensions: [".ts", ".js"] })] },
        rules: {
            "import-x/no-cycle": "error",
            "import-x/no-restricted-paths": [
                "error",
                {
                    zones: [
                        {
                            target: "./components",
                            from: ["./stacks", "./index.ts", "./operations", "./rehearsal", "./test"],
                        },
                        { target: "./stacks", from: ["./index.ts", "./operations", "./rehearsal", "./test"] },
                        { target: "./index.ts", from: ["./components", "./operations", "./rehearsal", "./test"] },
                        {
                            target: "./operations",
                            from: ["./index.ts", "./rehearsal", "./test"],
                            message:
                                "What a person runs against a live stack knows the stack, and nothing of the rehearsal.",
                        },
                        { target: "./rehearsal", from: ["./operations", "./test"] },
                        {
                            target: "./examples/bootstrap",
                            from: ["./components", "./stacks", "./index.ts", "./operations", "./rehearsal", "./test"],
                            message: "Whoever reviews the account's bootstrap has all of it in its own folder.",
                        },
                        {
                            target: "./examples/consumer",
                            from: ["./stacks", "./index.ts", "./operations", "./rehearsal", "./test"],
                            message: "It is another program, and comes in by components/index.ts.",
                        },
                        ...between,
                        ...beneath,
                        ...withinAirflow,
                    ],
                },
            ],
            "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
            "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", ignoreRestSiblings: true }],
            eqeqeq: ["error", "always", { null: "ignore" }],
            "no-console": "off",
        },
    },
    {
        files: ["components/**", "stacks/**", "index.ts"],
        rules: {
            "no-console": "error",
            // `||` turns a given 0, "" or false into the default.
            "no-restricted-syntax": [
                "error",
                { selector: "AssignmentPattern > LogicalExpression[operator='||']", message: "Use ?? for defaults." },
            ],
        },
    },
);
