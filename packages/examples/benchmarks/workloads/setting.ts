/** What workloads of all kinds have in common. */

/** What every workload has. */
export interface Named {
  readonly name: string;
  /** Multiplications and additions of the matrix products of one run, forward and backward; reading rows costs none. */
  readonly flops: number;
}

/** What updates the parameters. Adagrad has ε = 1e-8 inside the root. */
export interface Training {
  readonly optimizer: "adam" | "adagrad" | "sgd";
  readonly learningRate: number;
}
