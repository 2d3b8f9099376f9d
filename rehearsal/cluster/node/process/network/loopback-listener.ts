// Runs inside a pod's network for a moment: listens on a port of its 127.0.0.1 and hands the socket to its parent.
import { createServer } from "node:net";

const server = createServer();
server.listen(Number(process.argv[2]), "127.0.0.1", () => {
    process.send?.("listening", server, undefined, () => process.exit(0));
});
