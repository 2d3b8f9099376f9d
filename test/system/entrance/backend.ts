/**
 * An HTTP server that answers with what it was asked and by whom. At `/slow` it takes five seconds. It counts the requests
 * that it got, for tests of requests that are hidden in others.
 */
export const backend = `
    let count = 0;
    let hidden = 0;
    let slow = 0;
    require("node:http").createServer((request, response) => {
        count++;
        if (request.url === "/hidden") hidden++;
        const asked = { method: request.method, url: request.url, headers: request.headers, from: request.socket.remoteAddress, count, hidden, slow };
        request.resume();
        const answer = () => response.setHeader("content-type", "application/json").end(JSON.stringify(asked));
        if (request.url !== "/slow") return answer();
        slow++;
        setTimeout(() => { slow--; answer(); }, 5000);
    }).listen(8080, "0.0.0.0");
`;

/** What the server answers. */
export interface Asked {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly from: string;
    readonly count: number;
    /** Those of them that asked for `/hidden`. */
    readonly hidden: number;
    /** How many slow requests wait for their answer. */
    readonly slow: number;
}
