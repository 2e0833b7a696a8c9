import { ApiObject } from 'cdk8s'
import type { Construct } from 'constructs'
import type { Expression } from '../expression/expression.ts'

const CONDITION = 'condition'

/** Which kind of object, and what is in it. */
interface ChartObjectProps {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels: Record<string, string>
    readonly annotations?: Record<string, string>
  }
}

/** An object of the chart, under its own id, which names its template's file too. With `when` it is there only then. */
export function chartObject(scope: Construct, id: string, props: ChartObjectProps & Record<string, unknown>, when?: Expression): ApiObject {
  const object = new ApiObject(scope, id, props)
  if (when !== undefined) object.node.addMetadata(CONDITION, when)
  return object
}

/** On what condition the object is there; undefined when it always is. */
export function conditionOf(object: ApiObject): Expression | undefined {
  return object.node.metadata.find(({ type }) => type === CONDITION)?.data as Expression | undefined
}
