using System.Net;
using ClinicPortal.BrowserTests.Infrastructure;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Playwright;

namespace ClinicPortal.BrowserTests;

/// <summary>Every page of every role: nothing for axe-core to find, nothing shifts, nothing runs off a phone's edge.</summary>
public sealed class PageTests(Chromium chromium, PortalFixture portal) : IClassFixture<PortalFixture>
{
    /// <summary>A patient of clinic1's.</summary>
    private static readonly Guid Registered = StableId.Of("setagaya", "patient", "S0015");

    public static TheoryData<string, string, string> People => new()
    {
        { "desk.localhost", "operator1@desk.example", "/board /cases/new /paper /paper/patients" },
        { "desk.localhost", "driver1@setagaya.example", "/phone" },
        { "setagaya.localhost", "clinic1.doctor@setagaya.example", $"/inbox /board /cases/new /patients /patients/new /patients/{Registered}/edit /patients/import /invoice-lines /paper" },
        { "setagaya.localhost", "secretariat@setagaya.example", "/members /roster /invoice-lines" },
        { "setagaya.localhost", "facility1@setagaya.example", "/board /cases/new" },
        { "koto.localhost", "clinic1.doctor@koto.example", "/board /cases/new /inbox /patients /paper" },
        { "koto.localhost", "doctor1@koto.example", "/phone" },
    };

    [Theory]
    [MemberData(nameof(People))]
    public async Task Pages_OnAScreenInTheLightAndAPhoneInTheDark_AreAccessible(string host, string email, string paths)
    {
        foreach (var phone in new[] { false, true })
        {
            await using var person = await Person.SignInAsync(chromium, portal.Node, host, email, phone, dark: phone);
            foreach (var path in paths.Split(' '))
            {
                await person.GoToAsync(path, host);
                await person.AssertAccessibleAsync();
                var overflow = await person.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
                Assert.True(overflow <= 0, $"{email} {path} is {overflow} px wider than the screen.");
            }
        }
    }

    [Fact]
    public async Task PatientOfAnUnknownCaller_IsFoundAndTiedBesideTheCase()
    {
        using var api = portal.Node.Api("demo.desk.operator");
        var opened = (await api.PostAsync("/api/v1/cases", new { association = "setagaya", caller = new { kind = "family" }, complaint = "患者は不明" })).Expect(HttpStatusCode.Created).Id;
        await using var person = await Person.SignInAsync(chromium, portal.Node, "desk.localhost", "operator1@desk.example");
        await person.GoToAsync($"/cases/{opened}", "desk.localhost");
        await person.Page.Locator("#identify-query input").First.FillAsync("クボ ヒロコ");
        await person.Page.Locator("#identify-query input").First.PressAsync("Enter");
        await person.Page.Locator("#patient-hits fluent-button").First.WaitForAsync();
        await person.AssertAccessibleAsync();
        await person.Page.Locator("#patient-hits fluent-button").First.ClickAsync();
        await person.Page.Locator(".case-chart .summary").GetByText("久保 弘子").First.WaitForAsync();
    }

    [Fact]
    public async Task FirstPage_OnTheWire_IsSmallAndStandsStill()
    {
        await using var person = await Person.ArriveAsync(chromium, portal.Node);
        var session = await person.Page.Context.NewCDPSessionAsync(person.Page);
        await session.SendAsync("Network.enable");
        var bytes = 0.0;
        session.Event("Network.loadingFinished").OnEvent += (_, finished) => bytes += finished!.Value.GetProperty("encodedDataLength").GetDouble();
        await person.Page.AddInitScriptAsync("""
            window.shift = 0;
            new PerformanceObserver(list => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value; })
              .observe({ type: "layout-shift", buffered: true });
            """);
        await person.GoToAsync("/sign-in", "localhost");
        await person.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        Assert.InRange(bytes, 1, 150 * 1024);
        Assert.Equal(0, await person.Page.EvaluateAsync<double>("() => window.shift"));
    }

    /// <summary>What is printed looks alike on every machine; a screen is not worth half a megabyte of font.</summary>
    [Theory]
    [InlineData("/paper", true)]
    [InlineData("/board", false)]
    public async Task Sheets_AndNoOtherPages_BringTheirFont(string path, bool brings)
    {
        await using var person = await Person.SignInAsync(chromium, portal.Node, "desk.localhost", "operator1@desk.example");
        await person.GoToAsync(path, "desk.localhost");
        var loaded = await person.Page.EvaluateAsync<bool>("""
            async () => {
              await document.fonts.ready;
              return [...document.fonts].some(font => font.family.includes("Noto Sans JP") && font.status === "loaded");
            }
            """);
        Assert.Equal(brings, loaded);
    }

    [Fact]
    public async Task NewCall_TypedWhileTheBoardElsewhereChanges_KeepsWhatWasTyped()
    {
        await using var person = await Person.SignInAsync(chromium, portal.Node, "desk.localhost", "operator2@desk.example");
        await person.GoToAsync("/board", "desk.localhost");
        await person.FillAsync("query", "サト");
        using var api = portal.Node.Api("demo.desk.operator");
        (await api.PostAsync("/api/v1/cases", new { association = "setagaya", complaint = "画面の更新", caller = new { kind = "family", name = "次男" } }))
            .Expect(HttpStatusCode.Created);
        await person.Page.GetByText("画面の更新").First.WaitForAsync();
        Assert.Equal("サト", await person.Page.Locator("[name=query] input").First.InputValueAsync());
    }
}
