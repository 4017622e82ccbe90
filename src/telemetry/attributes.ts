import type { Attributes } from '@opentelemetry/api';

/** The kinds of operation that OpenTelemetry's messaging conventions know, of those there are here. */
type OperationType = 'send' | 'receive' | 'process';

/** What every span says, in the words of those conventions; `type` is that of the job, if it is known. */
export function messaging(name: string, operation: OperationType, type: string): Attributes {
  const attributes: Attributes = {
    'messaging.system': 'latido',
    'messaging.operation.name': name,
    'messaging.operation.type': operation,
  };
  if (type !== '') attributes['messaging.destination.name'] = type;
  return attributes;
}

export const JOB_ID = 'messaging.message.id';
export const BODY_BYTES = 'messaging.message.body.size';
export const ERROR_TYPE = 'error.type';
/** Which attempt at the job it is, and how many there were. */
export const ATTEMPT = 'latido.attempt';
export const ATTEMPTS = 'latido.attempts';
export const WORKER = 'latido.worker';
