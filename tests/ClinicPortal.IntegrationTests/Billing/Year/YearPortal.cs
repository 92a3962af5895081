using System.Collections.Concurrent;
using System.Globalization;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.Stripe;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Billing.ConfigurePayments;
using ClinicPortal.Modules.Billing.CorrectInvoice;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Coverage.BuyNight;
using ClinicPortal.Modules.Coverage.CancelCover;
using ClinicPortal.Modules.Coverage.ChangeCover;
using ClinicPortal.Modules.Coverage.ChooseCover;
using ClinicPortal.Modules.Coverage.PauseCover;
using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Shared.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClinicPortal.IntegrationTests.Billing.Year;

/// <summary>The portal on which a year is played: everything by its use cases, only visits are told by the plan and not driven to.</summary>
public sealed class YearPortal(PortalPostgres postgres) : IAsyncDisposable
{
    private readonly VisitsOfThePlan visits = new();
    private PortalTestDatabase? database;
    private StripeDouble? stripe;
    private PortalNode? node;

    public NightClock Clock { get; } = new();

    public PortalTestDatabase Database => database!;

    public StripeDouble Stripe => stripe!;

    public PortalNode Node => node!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Guid ClinicId(string association, int clinic) => StableId.Of("year", association, $"{clinic}");

    public async Task StartAsync(IEnumerable<TenantDefinition> definitions)
    {
        database = await postgres.CloneAsync();
        await Database.ExecuteAsync(NightClock.PartitionsOf(new DateOnly(2026, 3, 1), new DateOnly(2027, 8, 1)));
        await Database.ExecuteAsync("UPDATE app.tenant_settings SET starts_at = '2026-03-01'; UPDATE app.tenant SET opened_at = '2026-03-01'");
        Clock.Now = At(YearPlan.First);
        stripe = await StripeDouble.StartAsync(Clock);
        node = await PortalNode.StartAsync(
            Database, Clock, services => services.Replace(ServiceDescriptor.Singleton<IVisits>(visits)), ("Stripe:Api", Stripe.Address.ToString()));
        foreach (var imported in await Node.Services.GetRequiredService<TenantImport>().RunAsync([], definitions, apply: true, Cancellation))
        {
            Assert.NotEqual(ImportOutcome.Refused, imported.Outcome);
        }
        await Node.Services.GetRequiredService<TenantDirectory>().LoadAsync(Cancellation);
        // The demonstration's clinics are none of the year's. What a night's metering would write the month's run writes as well; and thousands of PDFs are not its matter.
        await Database.ExecuteAsync("""
            TRUNCATE coverage.cover_subscription CASCADE;
            CREATE FUNCTION app.hold_back() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.due_at := 'infinity'; RETURN NEW; END $$;
            CREATE TRIGGER hold_back BEFORE INSERT ON app.work_item FOR EACH ROW
              WHEN (NEW.kind IN ('billing.store-documents', 'billing.meter-night', 'billing.look-at-receivables')) EXECUTE FUNCTION app.hold_back();
            """);
    }

    public async Task OpenAsync(string association, int clinics)
    {
        var tenant = StableId.Of("tenant", association);
        foreach (var clinic in Enumerable.Range(1, clinics))
        {
            await Database.ExecuteAsync("""
                INSERT INTO associations.member_clinic (tenant_id, id, name, kana, institution_code, home_care_support, phone, address, town_block, latitude, longitude, posted_hours)
                VALUES ($1, $2, $3, $4, $5, 'Support', '03-5555-0000', '世田谷区経堂一丁目1-1', '13112-110', 35.65, 139.63, '[]')
                """, tenant, ClinicId(association, clinic), $"年次クリニック{clinic:00}", $"ネンジクリニック{clinic:00}", string.Create(CultureInfo.InvariantCulture, $"13{clinic:00000000}"));
        }
        await ActAsync(association, async services => Expect(await services.GetRequiredService<ConfigurePaymentsHandler>().HandleAsync(new PaymentSettingsInput(
            true, StripeDouble.SecretKey, StripeDouble.SigningSecret, false, "3, 10", "0", "0123456789", "ネンジイシカイ", "0009", "ミツイスミトモ", "936", "キョウドウ", "1", "7654321", null), Cancellation)));
    }

    public async Task FollowAsync(YearPlan plan, Happening happening)
    {
        var association = plan.Association;
        // What was told before is in the books before anything is decided by them.
        if (happening is MonthClosed or Mended or Paid or Debited or Uncounted)
        {
            await WorkAsync();
        }
        Clock.Now = At(happening.On);
        await (happening switch
        {
            Chosen c => ActAsync(association, async s => Expect(await s.GetRequiredService<ChooseCover>().HandleAsync(
                ClinicId(association, c.Clinic), new ChooseCoverInput(c.Plan, c.Starts, c.Patients), Cancellation))),
            Changed c => ActAsync(association, async s => Expect(await s.GetRequiredService<ChangeCover>().HandleAsync(
                ClinicId(association, c.Clinic), new ChangeCoverInput(c.Plan, c.Starts, c.Patients), Cancellation))),
            Paused p => ActAsync(association, async s => Expect(await s.GetRequiredService<PauseCover>().HandleAsync(ClinicId(association, p.Clinic), p.From, p.Until, Cancellation))),
            Cancelled c => ActAsync(association, async s => Expect(await s.GetRequiredService<CancelCover>().HandleAsync(ClinicId(association, c.Clinic), c.Last, Cancellation))),
            NightBought b => ActAsync(association, async s => Expect(await s.GetRequiredService<BuyNight>().HandleAsync(ClinicId(association, b.Clinic), b.Night, Cancellation))),
            PatientsCounted p => CountAsync(association, p),
            CallsCame c => CallAsync(association, c),
            VisitsReported r => ReportAsync(association, r),
            Uncounted u => Database.ExecuteAsync("""
                INSERT INTO billing.usage_void (tenant_id, usage_id, reason, by_id, by_name, at) SELECT tenant_id, id, '別の医療機関の往診', gen_random_uuid(), '事務局', $2
                FROM billing.usage WHERE source_id = $1
                """, u.Visit, Clock.Now),
            MonthClosed m => new TestInvoices(Database, Node, association).RunAsync(m.Month.ToString("yyyy-MM", CultureInfo.InvariantCulture)),
            Mended m => MendAsync(association, m),
            Paid or Debited => new YearMoney(this, plan).FollowAsync(happening),
            _ => throw new InvalidOperationException($"{happening}"),
        });
    }

    /// <summary>Somebody of the secretariat does something, committed as a request would be.</summary>
    public Task<Result<Guid>> ActAsync(string association, Func<IServiceProvider, Task<Result<Guid>>> act) => new TestInvoices(Database, Node, association).ActAsync(act);

    public static Result<Guid> Expect(Result<Guid> result)
    {
        Assert.True(result.Succeeded, result.Succeeded ? "" : string.Join(", ", result.Errors.Select(e => $"{e.Field} {e.Code}")));
        return result;
    }

    /// <summary>Does what billing has to do until nothing is due.</summary>
    public async Task WorkAsync()
    {
        var runner = Node.Services.GetRequiredService<WorkRunner>();
        while (await Database.ReadAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM app.work_item WHERE kind LIKE 'billing.%' AND done_at IS NULL AND failed_at IS NULL AND due_at <= $1)", Clock.Now))
        {
            await runner.RunNextAsync(Cancellation);
        }
    }

    /// <summary>The document of a month's lines that stands, with what is open of it; null where there is none.</summary>
    public async Task<(Guid Id, long Open)?> StandingAsync(string association, int clinic, DateOnly month)
    {
        var found = await Database.ReadAllAsync<string>("""
            SELECT i.id || ' ' || CASE WHEN i.total_yen <= 0 THEN 0 ELSE i.total_yen
              - coalesce((SELECT sum(amount_yen) FROM billing.allocation WHERE receivable_id = i.id), 0) - coalesce((SELECT sum(amount_yen) FROM billing.write_off WHERE receivable_id = i.id), 0) END
            FROM billing.invoice i WHERE tenant_id = $1 AND clinic_id = $2 AND month = $3 AND kind <> 'ReturnInvoice' AND status = 'Issued' AND replaced_by_id IS NULL
            """, StableId.Of("tenant", association), ClinicId(association, clinic), month);
        return found is [var one] && one.Split(' ') is [var id, var open] ? (Guid.Parse(id), long.Parse(open, CultureInfo.InvariantCulture)) : null;
    }

    public async ValueTask DisposeAsync()
    {
        await (node?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (stripe?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (database?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private static DateTimeOffset At(DateOnly day) => new(day, new TimeOnly(10, 0), TimeSpan.FromHours(9));

    private async Task CountAsync(string association, PatientsCounted counted)
    {
        await Database.ExecuteAsync("""
            INSERT INTO coverage.patient_count (tenant_id, clinic_id, on_day, patients, counted_at) SELECT $1, clinic, $2, patients, $3 FROM unnest($4::uuid[], $5::int[]) AS c (clinic, patients)
            """, StableId.Of("tenant", association), counted.LastDay, Clock.Now, counted.Patients.Keys.Select(c => ClinicId(association, c)).ToArray(), counted.Patients.Values.ToArray());
    }

    private Task CallAsync(string association, CallsCame came) => Database.ExecuteAsync("""
        INSERT INTO nightdesk.case (tenant_id, id, number, night, status, channel, received_at, opened_by_id, opened_by_name, caller_kind, sealed_told, primary_clinic_id, primary_clinic_name, covered, closed_at)
        SELECT $1, id, 'Y-' || id, night, 'Acknowledged', 'Phone', at, id, '受付', 'Family', '\x00', clinic, '年次クリニック', true, at
        FROM unnest($2::uuid[], $3::uuid[], $4::date[], $5::timestamptz[]) AS c (id, clinic, night, at)
        """, StableId.Of("tenant", association), came.Calls.Select(c => c.Id).ToArray(), came.Calls.Select(c => ClinicId(association, c.Clinic)).ToArray(),
        came.Calls.Select(c => c.Night).ToArray(), came.Calls.Select(c => c.At.ToUniversalTime()).ToArray());

    private Task ReportAsync(string association, VisitsReported told) => ActAsync(association, services =>
    {
        var (tenant, session) = (new TenantId(StableId.Of("tenant", association)), services.GetRequiredService<PortalSession>());
        foreach (var visit in told.Visits)
        {
            visits.Add(new BillableVisit(
                tenant, new VisitId(visit.Id), visit.Kind, null, $"Y-{visit.Id:N}"[..20], visit.Night, new ClinicId(ClinicId(association, visit.Clinic)), "年次クリニック",
                visit.Arrived.ToUniversalTime(), visit.EndOfLife));
            session.Enqueue(WorkItem.For(
                "billing.visit-reported", tenant, new ReportSubmitted(Guid.NewGuid(), tenant, new ReportId(visit.Id), new VisitId(visit.Id), null), $"year:{visit.Id}", Clock.Now));
        }
        return Task.FromResult<Result<Guid>>(tenant.Value);
    });

    private async Task MendAsync(string association, Mended mended)
    {
        if (await StandingAsync(association, mended.Clinic, mended.Month) is not var (id, _) || await DearestAsync(id) is not var (position, yen) || yen < 2_000)
        {
            return;
        }
        await ActAsync(association, async services => Expect(mended.How == MendHow.Void
            ? await services.GetRequiredService<VoidInvoice>().HandleAsync(id, "宛先の誤り", Cancellation)
            : await services.GetRequiredService<CorrectInvoice>().HandleAsync(
                mended.How == MendHow.Correct
                    ? new CorrectInvoiceInput(id, InvoiceKind.CorrectedInvoice, "単価の誤り", [new CorrectedLine(position, 1, yen - 1_000)])
                    : new CorrectInvoiceInput(id, InvoiceKind.ReturnInvoice, "返金", [new CorrectedLine(position, 1, null)]), Cancellation)));
        await WorkAsync();
    }

    private async Task<(int Position, int Yen)?> DearestAsync(Guid invoice)
    {
        var lines = await Database.ReadAllAsync<int[]>("""
            SELECT ARRAY[t.position, l.amount_yen] FROM billing.invoice_item t JOIN billing.invoice_line l ON l.id = t.line_id JOIN billing.invoice i ON i.id = t.invoice_id
            WHERE t.invoice_id = $1 AND i.kind = 'Invoice'
            ORDER BY l.amount_yen DESC, array_position(ARRAY['Taxable10', 'Reduced8', 'Exempt', 'OutsideScope'], l.tax_category) LIMIT 1
            """, invoice);
        return lines is [var one] ? (one[0], one[1]) : null;
    }

    private sealed class VisitsOfThePlan : IVisits
    {
        private readonly ConcurrentDictionary<Guid, BillableVisit> told = [];

        public void Add(BillableVisit visit) => told[visit.Id.Value] = visit;

        public Task<BillableVisit?> FindBillableAsync(VisitId id, CancellationToken cancellationToken) => Task.FromResult(told.GetValueOrDefault(id.Value));

        /// <summary>No case of this year has a visit.</summary>
        public Task<IReadOnlyList<BillableVisit>> OfCaseAsync(CaseId id, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<BillableVisit>>([]);

        /// <summary>Nobody is paid in this year.</summary>
        public Task<IReadOnlyList<WorkedVisit>> ArrivedInAsync(TenantId tenant, DateOnly firstDay, DateOnly lastDay, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<WorkedVisit>>([]);
    }
}
