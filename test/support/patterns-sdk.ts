/** What the programs of docs/patterns.md import as `latido`: the SDK, with the broker of the test where they name none. */

import * as sdk from '../../src/index.ts';

export * from '../../src/index.ts';

export class Client<Jobs extends sdk.JobTypes<Jobs> = sdk.AnyJobs> extends sdk.Client<Jobs> {
  constructor(settings: sdk.ClientSettings = {}) {
    super({ broker: process.env.LATIDO_FRONTEND, ...settings });
  }
}

export class Worker<Jobs extends sdk.JobTypes<Jobs> = sdk.AnyJobs> extends sdk.Worker<Jobs> {
  constructor(settings: sdk.WorkerSettings = {}) {
    super({ broker: process.env.LATIDO_BACKEND, ...settings });
  }
}
