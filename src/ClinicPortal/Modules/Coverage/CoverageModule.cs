using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Coverage.ChooseCover;
using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.Coverage.Data;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Work;
using ClinicPortal.Ui;
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
        .AddScoped<ChooseCover.ChooseCover>()
        .AddSingleton<IDemoSeed, CoverageDemo>();

    public static void MapCoverage(this IEndpointRouteBuilder app)
    {
        app.ServiceProvider.GetRequiredService<WorkRegistry>().Subscribe<MembershipChanged, FollowMembership.FollowMembership>();
        var cover = app.MapGroup("/onboarding/cover").RequireRoles(Roles.ClinicDoctor, Roles.ClinicStaff);
        cover.MapGet("", (ShowCover show, PageRenderer pages, CancellationToken ct) => PageAsync(FormState.Empty, show, pages, ct));
        cover.MapPost("", (FormPost post, ChooseCover.ChooseCover choose, ShowCover show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => choose.HandleAsync(new ChooseCoverInput(form.Text("plan"), form.Value<DateOnly>("startsOn"), form.Value<int>("patients")), ct),
            _ => "/onboarding", state => PageAsync(state, show, pages, ct), ct));
    }

    private static async Task<IResult> PageAsync(FormState state, ShowCover show, PageRenderer pages, CancellationToken cancellationToken) =>
        pages.Page<ChooseCoverPage>(new { Model = await show.HandleAsync(state, cancellationToken) });
}
