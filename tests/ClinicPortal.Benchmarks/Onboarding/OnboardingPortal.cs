using System.Diagnostics;
using System.Globalization;
using System.Text;
using ClinicPortal.Benchmarks.Serving;
using ClinicPortal.Benchmarks.Sites;
using ClinicPortal.Modules.Associations.ImportMembers;
using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClinicPortal.Benchmarks.Onboarding;

/// <summary>The portal in this process, and its platform operator and secretariat: use cases with their commits, without the pages around them.</summary>
internal sealed class OnboardingPortal : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    private readonly WebApplication app;
    private readonly Site site;
    private readonly TenantDefinition setagaya;
    private readonly HttpClient http;
    private readonly CountedMails mails;

    private OnboardingPortal(WebApplication app, Site site, CountedMails mails)
    {
        (this.app, this.site, this.mails) = (app, site, mails);
        setagaya = TenantFolder.Load(Path.Combine(Checkout.Root, "tenants")).Tenants.Single(t => t.Settings.Identifier == "setagaya");
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(address) };
    }

    public static async Task<OnboardingPortal> StartAsync(Site site, TestBed bed, CancellationToken cancellationToken)
    {
        var mails = new CountedMails();
        var app = await PortalHere.StartAsync(site, bed, services => services.Replace(ServiceDescriptor.Singleton<IMailGateway>(mails)), cancellationToken);
        return new OnboardingPortal(app, site, mails);
    }

    public async Task<OnboardingFigures> OpenAsync(string identifier, int clinics, OnboardingFloor floor, CancellationToken cancellationToken)
    {
        var id = StableId.Of("tenant", identifier);
        var definition = setagaya with { Settings = setagaya.Settings with { Identifier = identifier, Desk = SiteIds.Desk(0), Open = true } };
        var list = List(setagaya, identifier, clinics);

        var started = Stopwatch.GetTimestamp();
        await new TenantImport(site.Connections, TimeProvider.System).RunAsync([], [definition], apply: true, cancellationToken);
        var applied = Stopwatch.GetElapsedTime(started);
        await UntilAsync(() => AnswersAsync($"{identifier}.localhost", cancellationToken), cancellationToken);
        var answers = Stopwatch.GetElapsedTime(started);

        var sent = mails.Count;
        started = Stopwatch.GetTimestamp();
        await ImportAsync(id, list, clinics, cancellationToken);
        var imported = Stopwatch.GetElapsedTime(started);
        started = Stopwatch.GetTimestamp();
        await UntilAsync(() => Task.FromResult(mails.Count == sent + clinics), cancellationToken);
        var invited = Stopwatch.GetElapsedTime(started);

        var (appliedFloor, importedFloor) = await floor.MeasureAsync(id, identifier, clinics, cancellationToken);
        return new OnboardingFigures(
            applied.TotalSeconds, appliedFloor.TotalSeconds, answers.TotalSeconds, imported.TotalSeconds, importedFloor.TotalSeconds, invited.TotalSeconds);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    /// <summary>As the secretariat does: upload, look at every row, confirm. Each is a request of its own.</summary>
    private async Task ImportAsync(Guid tenant, byte[] list, int clinics, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(list);
        var id = await CommitAsync(tenant, services => services.GetRequiredService<StageMembers>().HandleAsync(
            new FormFile(content, 0, list.Length, "file", "members.csv"), cancellationToken), cancellationToken);
        string previewed;
        await using (var services = app.Services.CreateAsyncScope())
        {
            await ActAsync(services.ServiceProvider, tenant, cancellationToken);
            var preview = await services.ServiceProvider.GetRequiredService<PreviewMembers>().HandleAsync(id, onlyProblems: false, cancellationToken);
            previewed = preview is { Bad: 0 } ? preview.Fingerprint : throw new InvalidOperationException($"{preview?.Bad} rows of the list are wrong.");
        }
        var imported = await CommitAsync(
            tenant, services => services.GetRequiredService<ConfirmMembers>().HandleAsync(id, previewed, cancellationToken), cancellationToken);
        if (imported != clinics)
        {
            throw new InvalidOperationException($"{clinics} clinics were to be imported, {imported} are.");
        }
    }

    private async Task<T> CommitAsync<T>(Guid tenant, Func<IServiceProvider, Task<Result<T>>> command, CancellationToken cancellationToken)
    {
        await using var services = app.Services.CreateAsyncScope();
        var session = await ActAsync(services.ServiceProvider, tenant, cancellationToken);
        var result = await command(services.ServiceProvider);
        var value = result.Value;
        await session.CommitAsync(cancellationToken);
        return value;
    }

    private static Task<PortalSession> ActAsync(IServiceProvider services, Guid tenant, CancellationToken cancellationToken) => services.ActAsync(
        new CurrentUser(StableId.Of("benchmark", "secretary"), "事務局", Roles.Secretariat, OrganisationKind.Association, tenant, null, tenant),
        [new TenantId(tenant)], cancellationToken);

    private async Task<bool> AnswersAsync(string host, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/logo.svg") { Headers = { Host = host } };
        using var response = await http.SendAsync(request, cancellationToken);
        return response.IsSuccessStatusCode;
    }

    private static async Task UntilAsync(Func<Task<bool>> happened, CancellationToken cancellationToken)
    {
        while (!await happened())
        {
            await Task.Delay(Look, cancellationToken);
        }
    }

    private static byte[] List(TenantDefinition association, string identifier, int clinics)
    {
        var town = association.Areas[0].Name;
        var list = new StringBuilder("医療機関名,フリガナ,医療機関コード,在支診区分,連携グループ,支援の状況,所在地,電話番号,FAX,標榜時間,医師,担当者,担当者メール\r\n");
        for (var i = 0; i < clinics; i++)
        {
            list.Append(CultureInfo.InvariantCulture,
                $"測定医院{i},ソクテイイイン,{Code(i)},在支診,,一人で24時間当番,{town}{i + 1},03-5555-{i:D4},,月火水木金 9:00-12:30,院長 {i};医師 {i},院長 {i},clinic{i}@{identifier}.example\r\n");
        }
        return Encoding.UTF8.GetBytes(list.ToString());
    }

    /// <summary>An institution code in Tokyo that passes its check digit.</summary>
    private static string Code(int number)
    {
        var digits = $"1318{number:D5}";
        var sum = digits.Reverse().Select((digit, i) => (digit - '0') * (i % 2 == 0 ? 2 : 1)).Sum(weighted => weighted > 9 ? weighted - 9 : weighted);
        return $"{digits}{(10 - sum % 10) % 10}";
    }
}
