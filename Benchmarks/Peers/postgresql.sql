-- The settlement of swift-settlement in PostgreSQL: cleared funds arrive and due bills are written off, oldest first.
-- Loaded with psql -v accounts=… -v bills=….

create table accounts (
    id bigint primary key,
    cash bigint not null default 0 check (cash >= 0),
    due bigint not null default 0 check (due >= 0)
) with (fillfactor = 50);

create table bills (
    id bigint primary key,
    account bigint not null,
    month int not null,
    outstanding bigint not null check (outstanding >= 0)
) with (fillfactor = 50);

-- Every fact once; a recharge has a key, so that it takes effect once.
create table entries (
    id bigint generated always as identity primary key,
    kind smallint not null, -- 1 recharged, 2 written off
    account bigint not null,
    amount bigint not null,
    bill bigint,
    key bigint
);
create sequence keys cache 10000;

insert into accounts select id, 0, :bills * 12345 from generate_series(1, :accounts) id;
insert into bills
    select (month - 1) * :accounts::bigint + account, account, month, 12345
    from generate_series(1, :bills) month, generate_series(1, :accounts) account;
create index open_bills on bills (account, month, id) where outstanding > 0;
create unique index entry_keys on entries (key) where key is not null;
vacuum analyze;

-- One recharge. Bills are paid in full, oldest first, as far as the funds reach.
create function settle(payer bigint, funds bigint, recharge_key bigint) returns int language plpgsql as $$
declare
    left_over bigint;
    paid bigint := 0;
    written_off int := 0;
    bill record;
begin
    insert into entries (kind, account, amount, key) values (1, payer, funds, recharge_key)
        on conflict (key) where key is not null do nothing;
    if not found then return 0; end if;
    select cash + funds into left_over from accounts where id = payer for update;
    for bill in
        select id, outstanding from bills where account = payer and outstanding > 0 order by month, id
    loop
        exit when bill.outstanding > left_over;
        update bills set outstanding = 0 where id = bill.id;
        insert into entries (kind, account, amount, bill) values (2, payer, bill.outstanding, bill.id);
        left_over := left_over - bill.outstanding;
        paid := paid + bill.outstanding;
        written_off := written_off + 1;
        exit when left_over = 0;
    end loop;
    update accounts set cash = left_over, due = due - paid where id = payer;
    return written_off;
end $$;

-- Many recharges of different accounts in one statement, each of exactly the oldest bill: the best case of set-based SQL.
create function settle_all(payers bigint[], funds bigint) returns bigint language sql as $$
    with oldest as (
        select payer, bill.id, bill.outstanding
        from unnest(payers) payer
        cross join lateral (
            select id, outstanding from bills where account = payer and outstanding > 0 order by month, id limit 1
        ) bill
        where bill.outstanding = funds
    ), recharged as (
        insert into entries (kind, account, amount, key) select 1, payer, funds, nextval('keys') from oldest
    ), written_off as (
        insert into entries (kind, account, amount, bill) select 2, payer, outstanding, id from oldest
    ), paid as (
        update bills set outstanding = 0 from oldest where bills.id = oldest.id
    ), booked as (
        update accounts set due = due - oldest.outstanding from oldest where accounts.id = oldest.payer returning 1
    )
    select count(*) from booked
$$;
