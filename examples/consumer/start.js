// No TypeScript, so that Pulumi can say that the Node.js on the PATH is too old. It looks before it calls the function.
export default async () => (await import("./index.ts")).default;
