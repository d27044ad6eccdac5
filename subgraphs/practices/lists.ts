/** The lists of the practices subgraph: what each filter means, in SQL. */
import type { ListRequest } from '../../platform/graphql/lister.ts';
import type { PageArguments } from '../../platform/graphql/page.ts';

export interface PracticeFilter {
  readonly odsCodes?: readonly string[] | null;
  readonly nameContains?: string | null;
  readonly icbCode?: string | null;
  readonly subIcbLocationCode?: string | null;
  readonly pcnOdsCode?: string | null;
  readonly status?: string | null;
}

export type PracticeOrder = 'NAME_ASC' | 'NAME_DESC' | 'ODS_CODE_ASC';

export interface PracticeListArguments extends PageArguments {
  readonly filter?: PracticeFilter | null;
  readonly orderBy?: PracticeOrder | null;
}

const odsCodeText = { type: 'text' } as const;

/** Practices, by name unless another order is asked for; `parent` is the column that ties them to what they are under. */
export function practiceList({ filter, orderBy, ...page }: PracticeListArguments, parent: string | null): ListRequest {
  return {
    shape: {
      from: 'practices.practice p',
      id: { column: 'p.ods_code', ...odsCodeText },
      sort: { column: orderBy === 'ODS_CODE_ASC' ? 'p.ods_code' : 'p.name', ...odsCodeText },
      descending: orderBy === 'NAME_DESC',
      parent: parent === null ? null : { column: parent, ...odsCodeText },
    },
    page,
    filter,
    where(bind) {
      const conditions = ['p.removed_at IS NULL'];
      if (filter?.odsCodes) conditions.push(`p.ods_code = ANY(${bind(filter.odsCodes)}::text[])`);
      if (filter?.nameContains) conditions.push(`strpos(lower(p.name), lower(${bind(filter.nameContains)}::text)) > 0`);
      if (filter?.icbCode) conditions.push(`p.icb_code = ${bind(filter.icbCode)}::text`);
      if (filter?.subIcbLocationCode) conditions.push(`p.sub_icb_location_code = ${bind(filter.subIcbLocationCode)}::text`);
      if (filter?.status) conditions.push(`p.status = ${bind(filter.status)}::text`);
      if (filter?.pcnOdsCode) {
        const pcn = bind(filter.pcnOdsCode);
        conditions.push(`p.ods_code IN (SELECT practice_ods_code FROM practices.current_membership WHERE pcn_ods_code = ${pcn}::text)`);
      }
      return conditions.join(' AND ');
    },
  };
}

export interface PcnListArguments extends PageArguments {
  readonly filter?: { readonly odsCodes?: readonly string[] | null; readonly nameContains?: string | null; readonly icbCode?: string | null } | null;
}

/** Networks, by name. */
export function pcnList({ filter, ...page }: PcnListArguments): ListRequest {
  return {
    shape: {
      from: 'practices.pcn n',
      id: { column: 'n.ods_code', ...odsCodeText },
      sort: { column: 'n.name', ...odsCodeText },
      descending: false,
      parent: null,
    },
    page,
    filter,
    where(bind) {
      const conditions = ['n.removed_at IS NULL'];
      if (filter?.odsCodes) conditions.push(`n.ods_code = ANY(${bind(filter.odsCodes)}::text[])`);
      if (filter?.nameContains) conditions.push(`strpos(lower(n.name), lower(${bind(filter.nameContains)}::text)) > 0`);
      if (filter?.icbCode) {
        const icb = bind(filter.icbCode);
        conditions.push(`n.ods_code IN (SELECT organisation_code FROM practices.organisation_within WHERE ancestor = ${icb}::text)`);
      }
      return conditions.join(' AND ');
    },
  };
}
