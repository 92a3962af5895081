using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Billing.ComputePay;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.PayOut;
using ClinicPortal.Modules.Billing.Zengin;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Data;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Billing;

/// <summary>報酬: from what was worked to sheets, approval, bank files and books.</summary>
public sealed class PayTests : IAsyncLifetime
{
    /// <summary>A night from six to nine with an hour's break: 14 hours, 7 of them in deep night, 6 of overtime.</summary>
    private const string NightBegins = "2026-08-19 18:00";
    private const string NightEnds = "2026-08-20 09:00";

    /// <summary>Each test's own: they approve what others would compute.</summary>
    private readonly PortalFixture portal;
    private readonly TestPay pay;
    private readonly Guid person = Guid.NewGuid();

    public PayTests(PortalPostgres postgres)
    {
        portal = new PortalFixture(postgres);
        pay = new TestPay(portal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => portal.InitializeAsync();

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task Month_IsComputedFromWhatWasWorked_AndSaysTheSameHoweverOftenItIsComputed()
    {
        await pay.PaidAsync(person, PayKind.Salary);
        await pay.WorkedAsync(person, DutyRole.Doctor, NightBegins, NightEnds, 60);
        string[] lines = ["Hours 840 112000", "DeepNight 420 14000", "Overtime 360 12000", "Transport 1 2000"];

        await pay.ComputeAsync("2026-08");
        var sheet = await pay.SheetAsync(person, "2026-08");
        Assert.Equal(lines, await pay.LinesAsync(sheet));
        Assert.Equal("InReview", await pay.StatusAsync(sheet));
        Assert.Equal(140_000, await pay.TotalAsync(sheet));

        await pay.ComputeAsync("2026-08");
        // Work is done at least once: told again, it does nothing.
        await portal.Database.ExecuteAsync("UPDATE app.work_item SET done_at = NULL, due_at = $1 WHERE kind = 'billing.compute-pay'", portal.Clock.Now);
        await pay.ComputeAsync("2026-08");
        Assert.Equal(lines, await pay.LinesAsync(await pay.SheetAsync(person, "2026-08")));
        Assert.Equal(1L, await portal.Database.ReadAsync<long>("SELECT count(*) FROM billing.pay_sheet WHERE person_id = $1", person));
        Assert.Equal(1L, await portal.Database.ReadAsync<long>("SELECT count(*) FROM billing.pay_event WHERE sheet_id = $1", sheet));
    }

    [Fact]
    public async Task MoreThanABatchOfPeople_AreComputedStepByStep_EachOnce()
    {
        var people = Enumerable.Range(0, 55).Select(_ => Guid.NewGuid()).ToList();
        foreach (var one in people)
        {
            await pay.WorkedAsync(one, DutyRole.Driver, "2026-08-19 09:00", "2026-08-19 10:00");
        }
        await pay.ComputeAsync("2026-08");

        Assert.Equal((55L, 55L), (await CountAsync("SELECT count(*) FROM billing.pay_sheet"), await CountAsync("SELECT count(DISTINCT person_id) FROM billing.pay_sheet WHERE total_yen = 2500")));
        Assert.Equal(2L, await CountAsync("SELECT count(*) FROM app.work_item WHERE kind = 'billing.compute-pay'"));
        Assert.Equal("pay.no-terms", (await pay.ApproveAllAsync("2026-08")).Errors[0].Code);
        Assert.Equal("55/55", await portal.Database.ReadAsync<string>("SELECT computed || '/' || sheets FROM billing.pay_run"));

        Task<long> CountAsync(string sql) => portal.Database.ReadAsync<long>(sql);
    }

    [Fact]
    public async Task Contractor_IsPaidWithTax_AndDriversByTheirOwnRates()
    {
        var driver = Guid.NewGuid();
        await pay.PaidAsync(person, PayKind.Contract, registration: "T7010001234567");
        await pay.PaidAsync(driver, PayKind.Salary);
        await pay.WorkedAsync(person, DutyRole.Doctor, NightBegins, NightEnds);
        await pay.WorkedAsync(driver, DutyRole.Driver, "2026-08-19 09:00", "2026-08-19 11:00");
        await pay.ComputeAsync("2026-08");

        // A night without a visit: 60,000, waiting 10,000, transport 2,000, and a tenth.
        Assert.Equal(79_200, await pay.TotalAsync(await pay.SheetAsync(person, "2026-08")));
        Assert.Equal(2 * 1_500 + 1_000, await pay.TotalAsync(await pay.SheetAsync(driver, "2026-08")));

        await portal.Database.ExecuteAsync("UPDATE billing.payee SET as_driver = 'Contract' WHERE id = $1", driver);
        Assert.Equal("pay.other-contract", (await pay.ApproveAsync(await pay.SheetAsync(driver, "2026-08"), TestPay.Other)).Errors[0].Code);
        await portal.Database.ExecuteAsync("UPDATE billing.payee SET as_driver = 'Salary' WHERE id = $1", driver);
        Assert.True((await pay.ApproveAllAsync("2026-08")).Succeeded);
        Assert.Equal(72_000, await pay.BalanceAsync(LedgerAccount.Outsourcing));
        Assert.Equal(7_200, await pay.BalanceAsync(LedgerAccount.InputTax));
        Assert.Equal(4_000, await pay.BalanceAsync(LedgerAccount.Salaries));
        Assert.Equal(-83_200, await pay.BalanceAsync(LedgerAccount.AccruedPay));
    }

    [Fact]
    public async Task ForgottenCheckOut_KeepsASheetFromApproval_UntilItIsCorrectedAndComputedAnew()
    {
        await pay.PaidAsync(person, PayKind.Salary);
        var attendance = await pay.WorkedAsync(person, DutyRole.Doctor, NightBegins, null);
        await pay.ComputeAsync("2026-08");
        var sheet = await pay.SheetAsync(person, "2026-08");

        Assert.Equal("Draft", await pay.StatusAsync(sheet));
        Assert.Equal("pay.open-shift", (await pay.ApproveAsync(sheet, TestPay.One)).Errors[0].Code);

        await pay.CorrectAsync(attendance, NightBegins, NightEnds, 60);
        await pay.ComputeAsync("2026-08");
        await pay.CorrectAsync(attendance, NightBegins, NightEnds, 45);
        Assert.Equal("pay.out-of-date", (await pay.ApproveAsync(sheet, TestPay.One)).Errors[0].Code);
        await pay.ComputeAsync("2026-08");
        Assert.True((await pay.ApproveAsync(sheet, TestPay.One)).Succeeded);
        Assert.Equal("pay.approved", (await pay.ApproveAsync(sheet, TestPay.Other)).Errors[0].Code);
    }

    [Fact]
    public async Task MonthThatRuns_IsComputed_AndNotApproved()
    {
        await pay.PaidAsync(person, PayKind.Salary);
        await pay.WorkedAsync(person, DutyRole.Doctor, "2026-11-17 09:00", "2026-11-17 10:00");
        await pay.ComputeAsync("2026-11");
        var sheet = await pay.SheetAsync(person, "2026-11");

        Assert.Equal("Draft", await pay.StatusAsync(sheet));
        Assert.Equal("pay.month-not-over", (await pay.ApproveAsync(sheet, TestPay.One)).Errors[0].Code);
        Assert.Equal("pay.no-month", (await pay.DoAsync(TestPay.One, s => s.GetRequiredService<RunPay>().HandleAsync("2026-12", Cancellation))).Errors[0].Code);
    }

    [Fact]
    public async Task WhoAdjustedLast_DoesNotApprove_AlsoNotPastThePortal()
    {
        var sheet = await ComputedAsync();
        Assert.True((await pay.AdjustAsync(sheet, TestPay.One, 5_000)).Succeeded);
        Assert.True((await pay.AdjustAsync(sheet, TestPay.One, 20_000, deduction: true)).Succeeded);
        Assert.Equal(140_000 + 5_000 - 20_000, await pay.TotalAsync(sheet));

        Assert.Equal("pay.own-adjustment", (await pay.ApproveAsync(sheet, TestPay.One)).Errors[0].Code);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => portal.Database.ExecuteAsync(
            "UPDATE billing.pay_sheet SET status = 'Approved', approved_by_id = adjusted_by_id, approved_by = 'x', approved_at = now(), sha256 = '\\x00' WHERE id = $1", sheet));
        Assert.Equal(PostgresErrorCodes.CheckViolation, refused.SqlState);
        // Computed anew, the adjustments stay.
        await pay.ComputeAsync("2026-08");
        Assert.Equal(125_000, await pay.TotalAsync(sheet));
        Assert.True((await pay.ApproveAsync(sheet, TestPay.Other)).Succeeded);
        Assert.Equal(145_000, await pay.BalanceAsync(LedgerAccount.Salaries));
        Assert.Equal(-20_000, await pay.BalanceAsync(LedgerAccount.Withheld));
        Assert.Equal(-125_000, await pay.BalanceAsync(LedgerAccount.AccruedPay));
    }

    [Fact]
    public async Task Adjustment_OfNothing_OrWithoutAReason_IsRefused_AndATotalBelowZeroIsNotApproved()
    {
        var sheet = await ComputedAsync();
        Assert.Equal("pay.amount", (await pay.AdjustAsync(sheet, TestPay.One, 0)).Errors[0].Code);
        Assert.Equal("pay.deduction-amount", (await pay.AdjustAsync(sheet, TestPay.One, -5, deduction: true)).Errors[0].Code);
        Assert.True((await pay.AdjustAsync(sheet, TestPay.One, 150_000, deduction: true)).Succeeded);

        Assert.Equal("pay.below-zero", (await pay.ApproveAsync(sheet, TestPay.Other)).Errors[0].Code);
    }

    [Fact]
    public async Task ApprovedSheet_DoesNotChange_WhoeverTries()
    {
        var sheet = await ComputedAsync();
        Assert.True((await pay.ApproveAsync(sheet, TestPay.Other)).Succeeded);

        foreach (var attempt in (string[])
        [
            "UPDATE billing.pay_sheet SET lines_yen = lines_yen + 1, total_yen = total_yen + 1 WHERE id = $1", "UPDATE billing.pay_sheet SET status = 'InReview' WHERE id = $1",
            "UPDATE billing.pay_sheet SET sha256 = '\\x00' WHERE id = $1", "DELETE FROM billing.pay_line WHERE sheet_id = $1", "DELETE FROM billing.pay_sheet_shift WHERE sheet_id = $1",
            "INSERT INTO billing.pay_line SELECT tenant_id, sheet_id, 99, kind, corrects, quantity, unit_yen, percent, amount_yen FROM billing.pay_line WHERE sheet_id = $1 AND position = 1",
            "INSERT INTO billing.pay_adjustment SELECT tenant_id, gen_random_uuid(), id, false, 1, 'x', id, 'x', now() FROM billing.pay_sheet WHERE id = $1",
        ])
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => AsPortalAsync(attempt, sheet));
            Assert.Equal(PostgresErrorCodes.RestrictViolation, refused.SqlState);
        }
        Assert.Equal("pay.approved", (await pay.AdjustAsync(sheet, TestPay.One, 1)).Errors[0].Code);
        await pay.ComputeAsync("2026-08");
        Assert.Equal(140_000, await pay.TotalAsync(sheet));
    }

    [Fact]
    public async Task WhatTurnsOutAfterApproval_IsACorrectionOnTheNextSheet_Once()
    {
        await pay.PaidAsync(person, PayKind.Salary);
        var attendance = await pay.WorkedAsync(person, DutyRole.Doctor, NightBegins, NightEnds, 60);
        await pay.ComputeAsync("2026-08");
        Assert.True((await pay.ApproveAllAsync("2026-08")).Succeeded);

        // An hour less was worked: of overtime.
        await pay.CorrectAsync(attendance, NightBegins, "2026-08-20 08:00", 60);
        await pay.WorkedAsync(person, DutyRole.Doctor, "2026-09-15 09:00", "2026-09-15 10:00");
        string[] september = ["Hours 60 8000", "Transport 1 2000", "Hours -60 -8000 2026-08-01", "Overtime -60 -2000 2026-08-01"];
        await pay.ComputeAsync("2026-09");
        await pay.ComputeAsync("2026-09");
        Assert.Equal(september, await pay.LinesAsync(await pay.SheetAsync(person, "2026-09")));
        Assert.True((await pay.ApproveAllAsync("2026-09")).Succeeded);

        // It is not corrected a second time; another change is, on top of the first, also for who has not worked since.
        await pay.ComputeAsync("2026-10");
        Assert.Equal(0L, await portal.Database.ReadAsync<long>("SELECT count(*) FROM billing.pay_sheet WHERE person_id = $1 AND month = '2026-10-01'", person));
        await pay.CorrectAsync(attendance, NightBegins, "2026-08-20 08:00", 30);
        await pay.ComputeAsync("2026-10");
        Assert.Equal(["Hours 30 4000 2026-08-01", "Overtime 30 1000 2026-08-01"], await pay.LinesAsync(await pay.SheetAsync(person, "2026-10")));
    }

    [Fact]
    public async Task Files_PayEachApprovedSheetOnce_AndWithdrawnAgain()
    {
        var (contractor, elsewhere, without) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await pay.FromAsync();
        await pay.PaidAsync(person, PayKind.Salary, "42");
        await pay.PaidAsync(contractor, PayKind.Contract);
        await pay.PaidAsync(elsewhere, PayKind.Salary);
        await pay.PaidAsync(without, PayKind.Salary, withAccount: false);
        await pay.WorkedAsync(person, DutyRole.Doctor, NightBegins, NightEnds, 60);
        await pay.WorkedAsync(contractor, DutyRole.Doctor, NightBegins, NightEnds);
        await pay.WorkedAsync(elsewhere, DutyRole.Doctor, NightBegins, NightEnds, employer: "1312345678");
        await pay.WorkedAsync(without, DutyRole.Doctor, NightBegins, NightEnds);
        await pay.ComputeAsync("2026-08");
        Assert.True((await pay.ApproveAllAsync("2026-08")).Succeeded);

        Assert.Equal("pay-file.bank-holiday", (await pay.PayOutAsync("2026-11-23")).Errors[0].Code);
        Assert.Equal("pay-file.day", (await pay.PayOutAsync("2026-11-22")).Errors[0].Code);
        // Two who press at once: one finds nothing left.
        var both = await Task.WhenAll(pay.PayOutAsync("2026-11-25"), pay.PayOutAsync("2026-11-25"));
        Assert.Equal("pay-file.nothing", Assert.Single(both, result => !result.Succeeded).Errors[0].Code);

        var salary = await FileAsync(PayKind.Salary);
        Assert.Equal((TransferKind.Salary, "1125", "0000012345"), (salary.Kind, salary.PayOn, salary.From.Code));
        Assert.Equal(("0000000042", 140_000L, "ｼｹﾝ"), salary.Lines.Select(l => (l.Number, l.AmountYen, l.Account.Holder)).Single());
        var contract = await FileAsync(PayKind.Contract);
        Assert.Equal((TransferKind.General, 79_200L), (contract.Kind, contract.Lines.Single().AmountYen));
        Assert.Equal("Paid", await pay.StatusAsync(await pay.SheetAsync(person, "2026-08")));
        Assert.Equal(["Approved", "Approved"], [await pay.StatusAsync(await pay.SheetAsync(elsewhere, "2026-08")), await pay.StatusAsync(await pay.SheetAsync(without, "2026-08"))]);
        Assert.Equal(-219_200, await pay.BalanceAsync(LedgerAccount.Bank));

        var file = await portal.Database.ReadAsync<Guid>("SELECT id FROM billing.pay_file WHERE kind = 'Salary'");
        Assert.True((await WithdrawAsync(file)).Succeeded);
        Assert.Equal("pay-file.withdrawn", (await WithdrawAsync(file)).Errors[0].Code);
        Assert.Equal("Approved", await pay.StatusAsync(await pay.SheetAsync(person, "2026-08")));
        Assert.Equal(-79_200, await pay.BalanceAsync(LedgerAccount.Bank));
        Assert.True((await pay.PayOutAsync("2026-11-26")).Succeeded);
        Assert.Equal(-219_200, await pay.BalanceAsync(LedgerAccount.Bank));
        Assert.Equal(1L, await portal.Database.ReadAsync<long>("SELECT count(*) FROM billing.pay_file_item WHERE sheet_id = $1 AND standing", await pay.SheetAsync(person, "2026-08")));
    }

    private async Task<Guid> ComputedAsync()
    {
        await pay.PaidAsync(person, PayKind.Salary);
        await pay.WorkedAsync(person, DutyRole.Doctor, NightBegins, NightEnds, 60);
        await pay.ComputeAsync("2026-08");
        return await pay.SheetAsync(person, "2026-08");
    }

    private Task<int> AsPortalAsync(string sql, Guid sheet) => pay.InAsync(async services =>
    {
        await using var command = new NpgsqlCommand(sql, await services.GetRequiredService<PortalSession>().ConnectionAsync(Cancellation)) { Parameters = { new() { Value = sheet } } };
        return await command.ExecuteNonQueryAsync(Cancellation);
    });

    private Task<Shared.Results.Result<Guid>> WithdrawAsync(Guid file) =>
        pay.DoAsync(TestPay.One, services => services.GetRequiredService<PayOutHandler>().WithdrawAsync(file, "銀行に出す前に誤りがわかった", Cancellation));

    private async Task<Transfers> FileAsync(PayKind kind)
    {
        var id = await portal.Database.ReadAsync<Guid>("SELECT id FROM billing.pay_file WHERE kind = $1 AND withdrawn_at IS NULL", kind.ToString());
        var file = await pay.InAsync(services => services.GetRequiredService<PayOutHandler>().DownloadAsync(id, Cancellation), TestPay.One);
        return TransferFile.Read(file!.Value.Content);
    }
}
