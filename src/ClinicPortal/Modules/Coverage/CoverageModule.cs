using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Coverage.ChooseCover;
using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.Coverage.Data;
using ClinicPortal.Modules.Coverage.ShowSubscription;
using ClinicPortal.Modules.Coverage.Watch;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Work;
using ClinicPortal.Ui;
using ClinicPortal.Ui.Layout;
using Microsoft.Extensions.Localization;
using ClinicPortal.Shared.Tenancy.Closing;

namespace ClinicPortal.Modules.Coverage;

/// <summary>Which clinics have bought night cover, and from when.</summary>
public static class CoverageModule
{
    public static IServiceCollection AddCoverage(this IServiceCollection services) => services
        .AddModuleContext<CoverageDbContext>()
        .AddScoped<ITenantPart>(provider => new ModulePart<CoverageDbContext>("coverage", provider.GetRequiredService<CoverageDbContext>()))
        .AddScoped<ICover, Cover>()
        .AddErrorTexts<CoverageText>()
        .AddScoped<IOnboardingFacts, CoverOnboarding>()
        .AddScoped<FollowMembership.FollowMembership>()
        .AddScoped<ShowCover>()
        .AddScoped<CoverAccess>()
        .AddScoped<ShowSubscription.ShowSubscription>()
        .AddScoped<ListSubscriptions>()
        .AddScoped<ChangeCover.ChangeCover>()
        .AddScoped<CancelCover.CancelCover>()
        .AddScoped<PauseCover.PauseCover>()
        .AddScoped<BuyNight.BuyNight>()
        .AddScoped<ExpiryAlarm>()
        .AddScoped<CountPatients>()
        .AddHostedService<CoverWatch>()
        .AddSingleton(provider => new NavigationItem(
            48, "/cover", () => provider.GetRequiredService<IStringLocalizer<CoverageText>>()["Cover.Title"],
            (user, host) => host.Tenant is not null && user.Is(Roles.ClinicDoctor, Roles.ClinicStaff), NavigationGroup.Accounting))
        .AddSingleton(provider => new NavigationItem(
            48, "/subscriptions", () => provider.GetRequiredService<IStringLocalizer<CoverageText>>()["Subscriptions.Title"],
            (user, host) => host.Tenant is not null && user.Is(Roles.Secretariat), NavigationGroup.Accounting))
        .AddScoped<ChooseCover.ChooseCover>()
        .AddSingleton<IDemoSeed, CoverageDemo>();

    public static void MapCoverage(this IEndpointRouteBuilder app)
    {
        app.ServiceProvider.GetRequiredService<WorkRegistry>().Subscribe<MembershipChanged, FollowMembership.FollowMembership>();
        var work = app.ServiceProvider.GetRequiredService<WorkRegistry>();
        work.Add<ExpiryAlarm>();
        work.Add<CountPatients>();
        app.MapSubscriptions();
        var cover = app.MapGroup("/onboarding/cover").RequireRoles(Roles.ClinicDoctor, Roles.ClinicStaff);
        cover.MapGet("", (ShowCover show, PageRenderer pages, CancellationToken ct) => PageAsync(FormState.Empty, show, pages, ct));
        cover.MapPost("", (FormPost post, ChooseCover.ChooseCover choose, ShowCover show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => choose.HandleAsync(null, new ChooseCoverInput(form.Text("plan"), form.Value<DateOnly>("startsOn"), form.Value<int>("patients")), ct),
            _ => "/onboarding", state => PageAsync(state, show, pages, ct), ct));
    }

    private static async Task<IResult> PageAsync(FormState state, ShowCover show, PageRenderer pages, CancellationToken cancellationToken) =>
        pages.Page<ChooseCoverPage>(new { Model = await show.HandleAsync(state, cancellationToken) });
}
