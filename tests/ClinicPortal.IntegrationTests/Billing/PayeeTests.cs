using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Payees;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Billing;

/// <summary>Who is paid how, entered by the secretariat and by the person.</summary>
public sealed class PayeeTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Host = "setagaya.localhost";
    private const string Desk = "desk.localhost";

    private static readonly TenantId Setagaya = new(StableId.Of("tenant", "setagaya"));

    private static readonly (string, string)[] Account =
        [("bankCode", "0005"), ("bankName", "ミツビシ"), ("branchCode", "135"), ("branchName", "きょうどう"), ("number", "7654321"), ("holder", "フクダ　コウジ")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Secretariat_EntersEngagementAndAccount_AsTheBanksWriteIt_AndTheOldOneStays()
    {
        var doctor = StableId.Of("setagaya", "doctor1");
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Host);
        var before = (await OfAsync(doctor))!;
        var page = await secretariat.OpenAsync(portal.Node.Url($"/payees/{doctor}", Host));

        var sent = await secretariat.PostAsync(page, $"/payees/{doctor}", [.. Account, ("asDoctor", "Salary"), ("asDriver", "Contract"), ("employeeNumber", "４２"), ("registrationNumber", "T6999999900011")]);

        Assert.Equal(HttpStatusCode.SeeOther, sent.Status);
        var after = (await OfAsync(doctor))!;
        Assert.Equal((PayKind.Salary, PayKind.Contract, "42", "T6999999900011"), (after.KindAs(DutyRole.Doctor), after.KindAs(DutyRole.Driver), after.EmployeeNumber, after.RegistrationNumber));
        Assert.Equal(new PayeeAccount("0005", "ﾐﾂﾋﾞｼ", "135", "ｷﾖｳﾄﾞｳ", "1", "7654321", "ﾌｸﾀﾞ ｺｳｼﾞ"), after.Account);
        // Both the account that was there and the one that is.
        Assert.Equal(2L, await portal.Database.ReadAsync<long>("SELECT count(*) FROM billing.payee_change WHERE payee_id = $1 AND account_changed", doctor));
        var shown = await secretariat.OpenAsync(portal.Node.Url($"/payees/{doctor}", Host));
        Assert.Contains(before.Account!.Number, shown.Document.QuerySelector(".timeline")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await secretariat.PostAsync(page, $"/payees/{doctor}", [.. Account, ("idempotency-key", "late")])).Status);
    }

    [Theory]
    [InlineData("registrationNumber", "T123")]
    [InlineData("employeeNumber", "12345678901")]
    [InlineData("employeeNumber", "103")]
    [InlineData("bankCode", "12")]
    [InlineData("holder", "福田 浩二")]
    public async Task Nonsense_IsRefused_AtItsField(string field, string value)
    {
        var doctor = StableId.Of("setagaya", "doctor2");
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Host);
        var page = await secretariat.OpenAsync(portal.Node.Url($"/payees/{doctor}", Host));

        var refused = await secretariat.PostAsync(page, $"/payees/{doctor}", (field, value));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.NotNull(refused.Document.QuerySelector($"#{field}-message"));
    }

    [Fact]
    public async Task Person_EntersTheOwnAccount_AndTheSecretariatSeesBywhom()
    {
        var driver = StableId.Of("setagaya", "driver2");
        using var own = await Browser.SignInAsync(portal.Node, "driver2@setagaya.example", Desk);
        var page = await own.OpenAsync(portal.Node.Url("/my-payee", Desk));

        var sent = await own.PostAsync(page, "/my-payee", [.. Account, ("holder", "ｵｶﾀﾞ ﾏｺﾄ")]);

        Assert.Equal(HttpStatusCode.SeeOther, sent.Status);
        var terms = (await OfAsync(driver))!;
        Assert.Equal(("ｵｶﾀﾞ ﾏｺﾄ", PayKind.Salary), (terms.Account!.Holder, terms.AsDriver));
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Host);
        var list = await secretariat.OpenAsync(portal.Node.Url("/payees", Host));
        var row = list.Document.QuerySelector($"a[href='/payees/{driver}']")!.ParentElement!.ParentElement!;
        Assert.Contains("本人", row.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("7654321", row.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherAssociation_IsNotWrittenTo_AndItsPeopleAreNotFound()
    {
        using var own = await Browser.SignInAsync(portal.Node, "driver1@setagaya.example", Desk);
        var page = await own.OpenAsync(portal.Node.Url("/my-payee", Desk));
        foreach (var association in new[] { "tamagawa", "koto" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await own.PostAsync(page, "/my-payee", [.. Account, ("association", $"{StableId.Of("tenant", association)}"), ("version", "")])).Status);
        }

        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Host);
        Assert.Equal(HttpStatusCode.NotFound, (await secretariat.OpenAsync(portal.Node.Url($"/payees/{StableId.Of("koto", "doctor1")}", Host))).Status);
    }

    private async Task<PayeeTerms?> OfAsync(Guid person)
    {
        await using var scope = portal.Node.Services.CreateAsyncScope();
        await scope.ServiceProvider.ActAsync(CurrentUser.Portal, [Setagaya], Cancellation);
        return (await scope.ServiceProvider.GetRequiredService<IPayees>().OfAsync(Setagaya, [new AccountId(person)], Cancellation)).GetValueOrDefault(new AccountId(person));
    }
}
