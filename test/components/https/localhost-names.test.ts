import assert from "node:assert/strict";
import dns from "node:dns";
import { promisify } from "node:util";

import { answeringForLocalhost, findLocalhostNames } from "../../../components/https/localhost-names.ts";

describe("names under localhost", () => {
    it("are looked up as this machine, and no other name is", () => {
        const asked: unknown[] = [];
        const lookup = answeringForLocalhost((name: string, options: object) => void asked.push([name, options]));
        const options = { all: true };
        for (const name of ["airflow.localhost", "a.b.LOCALHOST", "airflow.localhost."]) {
            lookup(name, options);
        }
        const others = ["localhost", "notlocalhost", "airflow.localhost.example.com", "localhost.example.com", ""];
        others.forEach((name) => {
            lookup(name, options);
        });
        assert.deepEqual(
            asked,
            ["127.0.0.1", "127.0.0.1", "127.0.0.1", ...others].map((name) => [name, options]),
        );
    });

    it("are found by every way in which Node looks names up, as an address of this machine", async () => {
        findLocalhostNames();
        const found = { address: "127.0.0.1", family: 4 };
        assert.deepEqual(await promisify(dns.lookup)("airflow.localhost"), found);
        assert.deepEqual(await dns.promises.lookup("airflow.localhost"), found);
        assert.deepEqual(await dns.promises.lookup("airflow.localhost", { all: true, family: 4 }), [found]);
    });
});
