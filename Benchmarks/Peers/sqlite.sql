-- The settlement of swift-settlement in SQLite: inserting into the view `settle` settles. ACCOUNTS and BILLS are replaced.

pragma journal_mode = wal;
pragma synchronous = full;

create table accounts (id integer primary key, cash integer not null default 0, due integer not null);
create table bills (id integer primary key, account integer not null, month integer not null, outstanding integer not null);
-- Every fact once; a recharge has a key, so that it takes effect once.
create table entries (
    id integer primary key,
    kind integer not null, -- 1 recharged, 2 written off
    account integer not null,
    amount integer not null,
    bill integer,
    key integer
);
create view settle as select account as payer, amount as funds, key from entries where kind = 1;

-- A recharge of exactly the oldest bill.
create trigger settled instead of insert on settle begin
    insert into entries (kind, account, amount, key) values (1, new.payer, new.funds, new.key);
    insert into entries (kind, account, amount, bill)
        select 2, account, outstanding, id from bills
        where account = new.payer and outstanding > 0 order by month, id limit 1;
    update bills set outstanding = 0 where id = (
        select id from bills where account = new.payer and outstanding > 0 order by month, id limit 1
    );
    update accounts set due = due - new.funds where id = new.payer;
end;

with recursive numbers (id) as (select 1 union all select id + 1 from numbers where id < ACCOUNTS)
insert into accounts select id, 0, BILLS * 12345 from numbers;
with recursive months (month) as (select 1 union all select month + 1 from months where month < BILLS)
insert into bills (account, month, outstanding) select accounts.id, month, 12345 from months, accounts;
create index open_bills on bills (account, month, id) where outstanding > 0;
create unique index entry_keys on entries (key) where key is not null;
