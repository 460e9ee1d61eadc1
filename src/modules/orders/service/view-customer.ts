import type { Reader } from '../../../db/client.ts';
import { loadCustomerNames } from '../../accounts/index.ts';
import type { OrderDetail } from '../orders.contract.ts';
import type { Order } from './keep-order.ts';

type Bought = Pick<Order, 'id' | 'customerId' | 'customerSnapshot'>;
type Customer = OrderDetail['customer'];

/** Who bought, as the order says it. Before it is paid it has no customer; its own id keeps the field what clients expect. */
export function presentCustomer(order: Bought): Customer {
  return { id: order.customerId ?? order.id, ...order.customerSnapshot };
}

/**
 * The same for staff: what the order leaves open is filled from the customer, because guests need not say their names. Not
 * for shoppers, who could read a stranger's name by ordering under his e-mail.
 */
export async function viewCustomersForStaff(
  reader: Reader,
  orders: readonly Bought[],
): Promise<Map<string, Customer>> {
  const known = await loadCustomerNames(
    reader,
    orders.flatMap(({ customerId }) => (customerId === null ? [] : [customerId])),
  );
  return new Map(
    orders.map((order) => {
      const customer = presentCustomer(order);
      const names = known.get(customer.id);
      return [
        order.id,
        {
          ...customer,
          firstName: customer.firstName ?? names?.firstName ?? null,
          lastName: customer.lastName ?? names?.lastName ?? null,
          phone: customer.phone ?? names?.phone ?? null,
        },
      ];
    }),
  );
}
