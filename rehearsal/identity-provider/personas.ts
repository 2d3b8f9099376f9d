export interface Persona {
    readonly id: string;
    readonly name: string;
    readonly about: string;
    readonly groups: readonly string[];
}

/** The people of the rehearsal. Their groups are what the stack's `login` gives roles to. */
export const personas: readonly Persona[] = [
    { id: "ada", name: "Ada Admin", about: "runs the platform", groups: ["platform-admins"] },
    { id: "otto", name: "Otto Author", about: "writes DAGs", groups: ["airflow-authors"] },
    { id: "vera", name: "Vera Viewer", about: "looks at runs", groups: ["airflow-viewers"] },
    { id: "ann", name: "Ann Analyst", about: "writes DAGs of team analytics", groups: ["analytics-authors"] },
    { id: "bill", name: "Bill Biller", about: "writes DAGs of team billing", groups: ["billing-authors"] },
    { id: "nils", name: "Nils Nobody", about: "is in no group", groups: [] },
];

/** Who is in which group at this moment. It can be changed while the provider runs, as in a real one. */
export class Directory {
    private readonly people = new Map(personas.map((persona) => [persona.id, persona]));

    list(): readonly Persona[] {
        return [...this.people.values()];
    }

    find(id: string): Persona | undefined {
        return this.people.get(id);
    }

    setGroups(id: string, groups: readonly string[]): void {
        const persona = this.people.get(id);
        if (persona === undefined) {
            throw new Error(`"${id}" is no persona: choose one of ${[...this.people.keys()].join(", ")}`);
        }
        this.people.set(id, { ...persona, groups });
    }
}
