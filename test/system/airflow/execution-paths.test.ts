import assert from "node:assert/strict";
import { request } from "node:http";

import { type RealAirflow, startRealAirflow } from "../login/real-airflow.ts";

/** One request with its path exactly as written: fetch would tidy it first, and a proxy passes it on as it is. */
function ask(base: string, path: string): Promise<{ status: number; body: string }> {
    const { hostname, port } = new URL(base);
    return new Promise((resolve, reject) => {
        const asking = request({ hostname, port, path, method: "GET", headers: { connection: "close" } }, (answer) => {
            const chunks: Buffer[] = [];
            answer.on("data", (chunk: Buffer) => chunks.push(chunk));
            answer.on("end", () => {
                resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
            });
        });
        asking.once("error", reject);
        asking.end();
    });
}

/** The same place, said otherwise. */
const ups = ["..", "%2e%2e", "%2E%2E", ".%2e", "..;", "%252e%252e", ".", ""];

// The mesh lets a task's identity send what begins with /execution/, and people send what does not. What it compares is the
// path as it was sent, so Airflow may not understand another place by it.
describe("the paths of Airflow's API server", function () {
    this.timeout("10m");

    let airflow: RealAirflow;

    before(async () => {
        airflow = await startRealAirflow();
    });

    after(async () => {
        await airflow.stop();
    });

    it("answers without a login at one place of each kind, by which the others are known", async () => {
        const version = await ask(airflow.url, "/api/v2/version");
        assert.equal(version.status, 200);
        assert.match(version.body, /3\.3\.2/);
        assert.equal((await ask(airflow.url, "/execution/health")).status, 200);
        const page = await ask(airflow.url, "/");
        assert.match(page.body, /<html|<!doctype html/i);
    });

    it("lead from below /execution/ nowhere else, whatever is written for the folder above", async () => {
        for (const up of ups) {
            for (const place of ["api/v2/version", "api/v2/monitor/health", "ui/config", "auth/login/", "", "dags"]) {
                for (const path of [
                    `/execution/${up}/${place}`,
                    `/execution/x/${up}/${up}/${place}`,
                    `/execution/${up}%2f${place.replaceAll("/", "%2f")}`,
                    `/execution/${up}\\${place}`,
                ]) {
                    const { status, body } = await ask(airflow.url, path);
                    assert.ok(
                        [400, 401, 403, 404, 405, 422].includes(status),
                        `${path} was answered with ${status}: ${body}`,
                    );
                    assert.doesNotMatch(body, /3\.3\.2|<html|metadatabase/i, path);
                }
            }
        }
    });

    it("lead to the execution API from nowhere but /execution/, so that people cannot reach it by another spelling", async () => {
        const { body: health } = await ask(airflow.url, "/execution/health");
        for (const path of [
            "//execution/health",
            "/./execution/health",
            "/x/../execution/health",
            "/%2e/execution/health",
            "/ui/..;/execution/health",
            "/Execution/health",
            "/%65xecution/health",
            "/execution%2fhealth",
            "/%2fexecution/health",
            "/api/v2/../../execution/health",
            "/auth/../execution/health",
            "/static/../execution/health",
        ]) {
            const { status, body } = await ask(airflow.url, path);
            assert.ok(body !== health || status !== 200, `${path} reached the execution API: ${status} ${body}`);
        }
    });
});
