using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.Stripe;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Billing;

/// <summary>The portal beside a double of Stripe, with the keys of Setagaya stored.</summary>
public sealed class PaymentsFixture(PortalPostgres postgres) : IAsyncLifetime
{
    public const string Host = "setagaya.localhost";

    private readonly List<PortalNode> nodes = [];
    private StripeDouble? stripe;
    private PortalTestDatabase? database;
    private int number;

    public NightClock Clock { get; } = new();

    public PortalTestDatabase Database => database!;

    public StripeDouble Stripe => stripe!;

    public PortalNode Node => nodes[0];

    public static Guid Tenant { get; } = StableId.Of("tenant", "setagaya");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CloneAsync();
        stripe = await StripeDouble.StartAsync(Clock);
        nodes.Add(await PortalNode.StartAsync(Database, Clock, setting: ("Stripe:Api", Stripe.Address.ToString())));
        await InAsync(async services =>
        {
            var db = services.GetRequiredService<BillingContext>();
            var setting = PaymentSetting.For(Tenant, Clock.Now);
            setting.ConnectGateway(true, StripeDouble.SecretKey, StripeDouble.SigningSecret);
            db.PaymentSettings.Add(setting);
            await db.SaveChangesAsync(Cancellation);
        });
    }

    public Guid Clinic(int which) => StableId.Of("setagaya", $"clinic{which}");

    /// <summary>Runs in a scope of the association and commits.</summary>
    public async Task InAsync(Func<IServiceProvider, Task> what)
    {
        await using var scope = Node.Services.CreateAsyncScope();
        var session = await scope.ServiceProvider.ActAsync(CurrentUser.Portal, [new TenantId(Tenant)], Cancellation);
        await what(scope.ServiceProvider);
        await session.CommitAsync(Cancellation);
    }

    /// <summary>An invoice that was issued, as the books know it.</summary>
    public async Task<Guid> InvoiceAsync(int clinic, long yen, int dueInDays = 30)
    {
        var id = Guid.CreateVersion7(Clock.Now);
        var name = await Database.ReadAsync<string>("SELECT name FROM associations.member_clinic WHERE id = $1", Clinic(clinic));
        var today = DateOnly.FromDateTime(Clock.Now.AddHours(9).DateTime);
        await InAsync(async services =>
        {
            var db = services.GetRequiredService<BillingContext>();
            var receivable = Receivable.Of(Tenant, id, Clinic(clinic), name, $"SG-2026-{Interlocked.Increment(ref number):00000}", today, today.AddDays(dueInDays), yen, yen / 11);
            db.Receivables.Add(receivable);
            db.JournalEntries.Add(receivable.BookIssue(Clock.Now));
            await db.SaveChangesAsync(Cancellation);
        });
        return id;
    }

    /// <summary>Does what is due until nothing of the billing module is.</summary>
    public async Task WorkAsync()
    {
        var runner = Node.Services.GetRequiredService<WorkRunner>();
        while (await Database.ReadAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM app.work_item WHERE kind LIKE 'billing.%' AND done_at IS NULL AND failed_at IS NULL AND due_at <= $1)", Clock.Now))
        {
            await runner.RunNextAsync(Cancellation);
        }
    }

    public Task<Browser> SignInAsync(string who) => Browser.SignInAsync(Node, who, Host);

    public async Task<BrowserPage> OpenAsync(Browser browser, string path)
    {
        var page = await browser.GetAsync(Node.Url(path, Host));
        Assert.True(page.Status == HttpStatusCode.OK, $"{path}: {page.Status}");
        return page;
    }

    /// <summary>Sends a form with fields that may come more than once.</summary>
    public async Task<BrowserPage> PostAsync(Browser browser, BrowserPage page, string action, params (string Name, string Value)[] fields)
    {
        var form = page.Form(action).Where(f => fields.All(g => g.Name != f.Key)).Select(f => (f.Key, f.Value)).Concat(fields);
        return await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(page.Url, action))
        {
            Content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Item1, f.Item2))),
        });
    }

    /// <summary>Sends a file with a form.</summary>
    public async Task<BrowserPage> UploadAsync(Browser browser, string path, string action, byte[] file)
    {
        var page = await OpenAsync(browser, path);
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in page.Form(action).Where(field => field.Key != "file"))
        {
            content.Add(new StringContent(value), name);
        }
        content.Add(new ByteArrayContent(file), "file", "bank.txt");
        return await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(page.Url, action)) { Content = content });
    }

    /// <summary>An event of the double as it arrives.</summary>
    public async Task<HttpStatusCode> TellAsync(JsonObject news, string? signature = null, string host = Host)
    {
        var (body, signed) = StripeDouble.Sign(news, Clock.Now);
        using var http = Node.Client(host);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/gateway-events") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Stripe-Signature", signature ?? signed);
        using var answer = await http.SendAsync(request, Cancellation);
        return answer.StatusCode;
    }

    /// <summary>What a person does on Stripe's pages.</summary>
    public async Task AtStripeAsync(string what)
    {
        using var http = new HttpClient { BaseAddress = Stripe.Address };
        (await http.PostAsync($"/_double/{what}", null, Cancellation)).EnsureSuccessStatusCode();
    }

    public Task<long> BalanceAsync(LedgerAccount account, Guid? clinic = null) => Database.ReadAsync<long>("""
        SELECT coalesce(sum(debit_yen - credit_yen), 0)::bigint FROM billing.journal_posting p JOIN billing.journal_entry e ON e.tenant_id = p.tenant_id AND e.id = p.entry_id
        WHERE account = $1 AND ($2 = $3 OR clinic_id = $2)
        """, account.ToString(), clinic ?? Guid.Empty, Guid.Empty);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
        await Stripe.DisposeAsync();
        await Database.DisposeAsync();
    }
}
