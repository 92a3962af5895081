using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Billing.ApprovePay;
using ClinicPortal.Modules.Billing.ComputePay;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.PayOut;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Modules.Roster.Data;
using ClinicPortal.Modules.Roster.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Billing;

/// <summary>People who work for Setagaya's clinic in months of which the demonstration knows nothing, and what becomes of it.</summary>
internal sealed class TestPay(PortalFixture portal)
{
    public static Guid Tenant { get; } = StableId.Of("tenant", "setagaya");

    /// <summary>Two of the secretariat: who adjusts does not approve.</summary>
    public static CurrentUser One { get; } = Secretary(1, "事務局 一郎");

    public static CurrentUser Other { get; } = Secretary(2, "事務局 花子");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task<T> InAsync<T>(Func<IServiceProvider, Task<T>> what, CurrentUser? who = null)
    {
        await using var scope = portal.Node.Services.CreateAsyncScope();
        var session = await scope.ServiceProvider.ActAsync(who ?? CurrentUser.Portal, [new TenantId(Tenant)], Cancellation);
        var result = await what(scope.ServiceProvider);
        await session.CommitAsync(Cancellation);
        return result;
    }

    public async Task<Result<T>> DoAsync<T>(CurrentUser who, Func<IServiceProvider, Task<Result<T>>> what)
    {
        await using var scope = portal.Node.Services.CreateAsyncScope();
        var session = await scope.ServiceProvider.ActAsync(who, [new TenantId(Tenant)], Cancellation);
        var result = await what(scope.ServiceProvider);
        if (result.Succeeded)
        {
            await session.CommitAsync(Cancellation);
        }
        return result;
    }

    /// <param name="from">By the clock in Tokyo, as <c>2026-08-19 18:00</c>.</param>
    /// <param name="until">Null for who has not checked out.</param>
    /// <param name="employer">Institution code; null for the association's own clinic.</param>
    /// <returns>The attendance.</returns>
    public async Task<Guid> WorkedAsync(Guid person, DutyRole role, string from, string? until, int breakMinutes = 0, string? employer = null)
    {
        var (begin, shift, unit) = (At(from), Guid.NewGuid(), Guid.NewGuid());
        var clinic = portal.Node.Services.GetRequiredService<ITenantResolver>().ById(Tenant)!.Settings.AssociationClinic;
        await portal.Database.ExecuteAsync("INSERT INTO roster.unit (tenant_id, id, name, base_name, latitude, longitude) VALUES ($1, $2, '試験車', '待機所', 35.6, 139.6)", Tenant, unit);
        await portal.Database.ExecuteAsync("""
            INSERT INTO roster.shift (tenant_id, id, unit_id, starts_at, ends_at, doctor_account_id, doctor_name, driver_account_id, driver_name, employer_name, employer_code, performs_as)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '運転 花', $9, $10, 'PrimaryClinic')
            """, Tenant, shift, unit, begin, begin.AddHours(15), role == DutyRole.Doctor ? person : Guid.NewGuid(), $"医師 {person.ToString()[..4]}", role == DutyRole.Driver ? person : Guid.NewGuid(),
            employer is null ? clinic.Name : "よその病院", employer ?? clinic.InstitutionCode);
        return await InAsync(async services =>
        {
            var db = services.GetRequiredService<RosterContext>();
            var attendance = Attendance.Enter(
                await db.Shifts.SingleAsync(s => s.Id == shift, Cancellation), role, new WorkedTime(begin, until is null ? null : At(until), breakMinutes), "試験", One, portal.Clock.Now).Value;
            db.Attendances.Add(attendance);
            await db.SaveChangesAsync(Cancellation);
            return attendance.Id;
        });
    }

    public Task CorrectAsync(Guid attendance, string from, string? until, int breakMinutes = 0) => InAsync(async services =>
    {
        var db = services.GetRequiredService<RosterContext>();
        var found = await db.Attendances.SingleAsync(a => a.Id == attendance, Cancellation);
        var shift = await db.Shifts.SingleAsync(s => s.Id == found.ShiftId, Cancellation);
        Assert.Empty(found.Correct(shift, new WorkedTime(At(from), until is null ? null : At(until), breakMinutes), false, "試験", One, portal.Clock.Now));
        return await db.SaveChangesAsync(Cancellation);
    });

    /// <summary>How somebody is paid, and to which account.</summary>
    public Task PaidAsync(Guid person, PayKind kind, string? number = null, string? registration = null, bool withAccount = true) => InAsync(async services =>
    {
        var db = services.GetRequiredService<BillingContext>();
        var payee = Payee.For(Tenant, person, "試験");
        payee.Write(
            new PayeeEngagement(kind, kind, registration, number), withAccount ? new PayeeAccount("0001", "ﾐﾎﾝ", "101", "ﾋﾗｲ", "1", "1234567", "ｼｹﾝ") : null, One, portal.Clock.Now);
        db.Payees.Add(payee);
        return await db.SaveChangesAsync(Cancellation);
    });

    public Task FromAsync() => InAsync(async services =>
    {
        var db = services.GetRequiredService<BillingContext>();
        var setting = await db.PaymentSettings.SingleOrDefaultAsync(Cancellation) ?? db.PaymentSettings.Add(PaymentSetting.For(Tenant, portal.Clock.Now)).Entity;
        setting.DebitAs(new DebtorAccount("0000012345", "ｾﾀｶﾞﾔｲｼｶｲ", "0001", "ﾐﾎﾝ", "101", "ﾋﾗｲ", "1", "7654321"));
        return await db.SaveChangesAsync(Cancellation);
    });

    /// <summary>Has a month computed and waits for it.</summary>
    public async Task ComputeAsync(string month)
    {
        Assert.True((await DoAsync(One, services => services.GetRequiredService<RunPay>().HandleAsync(month, Cancellation))).Succeeded);
        while (await portal.Database.ReadAsync<bool>("SELECT EXISTS (SELECT 1 FROM billing.pay_run WHERE finished_at IS NULL)"))
        {
            await portal.Node.Services.GetRequiredService<WorkRunner>().RunNextAsync(Cancellation);
        }
    }

    public Task<Result<DateOnly>> ApproveAllAsync(string month, CurrentUser? who = null) =>
        DoAsync(who ?? Other, services => services.GetRequiredService<ApprovePay>().AllAsync(month, Cancellation));

    public Task<Result<Guid>> ApproveAsync(Guid sheet, CurrentUser who) => DoAsync(who, services => services.GetRequiredService<ApprovePay>().OneAsync(sheet, null, Cancellation));

    public Task<Result<Guid>> AdjustAsync(Guid sheet, CurrentUser who, long yen, bool deduction = false) =>
        DoAsync(who, services => services.GetRequiredService<AdjustPay>().HandleAsync(sheet, new AdjustPayInput(deduction, yen, "試験の調整"), Cancellation));

    public Task<Result<Guid>> PayOutAsync(string on) =>
        DoAsync(One, services => services.GetRequiredService<PayOutHandler>().WriteAsync(DateOnly.Parse(on, System.Globalization.CultureInfo.InvariantCulture), Cancellation));

    public Task<Guid> SheetAsync(Guid person, string month) => portal.Database.ReadAsync<Guid>("SELECT id FROM billing.pay_sheet WHERE person_id = $1 AND month = ($2 || '-01')::date", person, month);

    /// <summary>As <c>Hours 840 112000</c>, a correction with its month.</summary>
    public Task<IReadOnlyList<string>> LinesAsync(Guid sheet) => portal.Database.ReadAllAsync<string>(
        "SELECT concat_ws(' ', kind, quantity, amount_yen, corrects) FROM billing.pay_line WHERE sheet_id = $1 ORDER BY position", sheet);

    public Task<string> StatusAsync(Guid sheet) => portal.Database.ReadAsync<string>("SELECT status FROM billing.pay_sheet WHERE id = $1", sheet);

    public Task<long> TotalAsync(Guid sheet) => portal.Database.ReadAsync<long>("SELECT total_yen FROM billing.pay_sheet WHERE id = $1", sheet);

    public Task<long> BalanceAsync(LedgerAccount account) => portal.Database.ReadAsync<long>(
        "SELECT coalesce(sum(debit_yen - credit_yen), 0)::bigint FROM billing.journal_posting WHERE tenant_id = $1 AND account = $2", Tenant, account.ToString());

    private static DateTimeOffset At(string local) => DateTimeOffset.Parse($"{local}+09:00", System.Globalization.CultureInfo.InvariantCulture).ToUniversalTime();

    private static CurrentUser Secretary(byte number, string name) => new(new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, number), name, Roles.Secretariat, OrganisationKind.Association, Tenant, null, Tenant);
}
