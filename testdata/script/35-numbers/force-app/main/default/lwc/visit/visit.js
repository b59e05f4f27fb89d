export const SAMPLE = { ssn: "512-47-9083" };
