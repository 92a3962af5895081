using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Identity;

/// <summary>The platform's operator shuts an account on a page, and the organisations see it.</summary>
public sealed class OperatorShutsAccountsTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Desk = "desk.localhost";
    private const string Setagaya = "setagaya.localhost";

    private PortalNode Node => portal.Node;

    [Fact]
    public async Task Account_IsFoundByItsWholeAddress_Shut_AndOpenedAgain()
    {
        using var platform = await Browser.SignInAsync(Node, "platform@desk.example", Desk);
        using var doctor = await Browser.SignInAsync(Node, "clinic2.doctor@setagaya.example", Setagaya);
        var found = await platform.SearchAsync(await platform.OpenAsync(Node.Url("/accounts", Desk)), "/accounts/search", "Clinic2.Doctor@setagaya.example");
        Assert.DoesNotContain("clinic2", found.Url.Query, StringComparison.OrdinalIgnoreCase);
        var path = found.Document.QuerySelector("main a[href^='/accounts/']")!.GetAttribute("href")!;
        Assert.Equal($"/accounts/{StableId.Of("setagaya", "clinic2.doctor")}", path);

        var shut = await platform.PostAsync(await platform.OpenAsync(Node.Url(path, Desk)), path + "/disable");

        Assert.Equal((HttpStatusCode.SeeOther, path), (shut.Status, shut.Location!.AbsolutePath));
        Assert.NotEqual(HttpStatusCode.OK, (await doctor.GetAsync(Node.Url("/inbox", Setagaya))).Status);
        Assert.NotNull((await platform.OpenAsync(Node.Url("/accounts", Desk))).Document.QuerySelector($"table a[href='{path}']"));
        Assert.Equal(("AccountDisabled", 1L), (
            await portal.Database.ReadAsync<string>("SELECT max(kind) FROM identity.organisation_event WHERE organisation_id = $1 AND by_id = $2", Clinic2, Platform),
            await portal.Database.ReadAsync<long>("SELECT count(*) FROM identity.security_event WHERE account_id = $1 AND kind = 'Disabled'", StableId.Of("setagaya", "clinic2.doctor"))));

        await platform.PostAsync(await platform.OpenAsync(Node.Url(path, Desk)), path + "/enable");

        using var again = await Browser.SignInAsync(Node, "clinic2.doctor@setagaya.example", Setagaya);
        Assert.Equal(HttpStatusCode.OK, (await again.GetAsync(Node.Url("/inbox", Setagaya))).Status);
    }

    [Fact]
    public async Task Part_OfAnAddress_FindsNobody()
    {
        using var platform = await Browser.SignInAsync(Node, "platform@desk.example", Desk);

        foreach (var query in new[] { "clinic2", "%", "setagaya.example", "clinic_.doctor@setagaya.example" })
        {
            var found = await platform.SearchAsync(await platform.OpenAsync(Node.Url("/accounts", Desk)), "/accounts/search", query);
            Assert.Contains("このアドレスのアカウントはありません", found.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Operator_DoesNotShutOutThemselves()
    {
        using var platform = await Browser.SignInAsync(Node, "platform@desk.example", Desk);
        var own = await platform.OpenAsync(Node.Url($"/accounts/{Platform}", Desk));
        Assert.Null(own.Document.QuerySelector("form[action$='/disable']"));
        var form = (await platform.OpenAsync(Node.Url($"/accounts/{StableId.Of("setagaya", "clinic3.doctor")}", Desk)))
            .Form($"/accounts/{StableId.Of("setagaya", "clinic3.doctor")}/disable");

        var refused = await platform.SendAsync(new HttpRequestMessage(HttpMethod.Post, Node.Url($"/accounts/{Platform}/disable", Desk))
        {
            Content = new FormUrlEncodedContent(form),
        });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal(HttpStatusCode.OK, (await platform.GetAsync(Node.Url("/accounts", Desk))).Status);
    }

    [Fact]
    public async Task Account_ThatTheOperatorShut_IsNotOpenedByItsClinic()
    {
        var member = StableId.Of("setagaya", "clinic4", "membership");
        using var platform = await Browser.SignInAsync(Node, "platform@desk.example", Desk);
        var path = $"/accounts/{StableId.Of("setagaya", "clinic4")}";
        await platform.PostAsync(await platform.OpenAsync(Node.Url(path, Desk)), path + "/disable");
        using var doctor = await Browser.SignInAsync(Node, "clinic4.doctor@setagaya.example", Setagaya);

        var refused = await doctor.PostAsync(await doctor.OpenAsync(Node.Url($"/staff/{member}", Setagaya)), $"/staff/{member}/enable");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("アカウントの停止", (await doctor.OpenAsync(Node.Url("/staff", Setagaya))).Document.Body!.TextContent, StringComparison.Ordinal);
    }

    private static Guid Clinic2 => StableId.Of("setagaya", "clinic2");

    private Guid Platform => portal.Database.ReadAsync<Guid>("SELECT id FROM identity.account WHERE normalized_user_name = 'PLATFORM@DESK.EXAMPLE'").GetAwaiter().GetResult();
}
