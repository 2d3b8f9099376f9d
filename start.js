// Pulumi imports this file first, then compares `engines` in package.json with the Node.js on the PATH, then calls the
// function. It is no TypeScript, so that a Node.js that cannot read TypeScript comes as far as the comparison.
export default async () => (await import("./index.ts")).default;
