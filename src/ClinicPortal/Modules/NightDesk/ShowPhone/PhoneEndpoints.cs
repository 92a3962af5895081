using ClinicPortal.Modules.NightDesk.AnswerDispatch;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;
using ClinicPortal.Ui.Layout;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.NightDesk.ShowPhone;

/// <summary>The night phone and its buttons.</summary>
internal static class PhoneEndpoints
{
    private static readonly DispatchStep[] Steps =
        [DispatchStep.Accept, DispatchStep.Decline, DispatchStep.Depart, DispatchStep.Arrive, DispatchStep.Complete];

    public static IServiceCollection AddShowPhone(this IServiceCollection services) => services
        .AddScoped<ShowPhone>()
        .AddSingleton(provider => new NavigationItem(
            20, "/phone", () => provider.GetRequiredService<IStringLocalizer<PhonePage>>()["Title"],
            (user, _) => user.Is(Roles.NightDoctor, Roles.Driver)));

    public static void MapShowPhone(this IEndpointRouteBuilder app)
    {
        app.MapGet("/phone", async (Guid? job, ShowPhone phone, PageRenderer pages, CancellationToken cancellationToken) =>
                pages.Page<PhonePage>(new { Model = await phone.HandleAsync(job, refresh: false, cancellationToken) }))
            .RequireRoles(Roles.NightDoctor, Roles.Driver);
        app.MapGet("/phone/live", async (Guid? job, ShowPhone phone, PageRenderer pages, CancellationToken cancellationToken) =>
                pages.Fragment<PhoneFrame>(new { Model = await phone.HandleAsync(job, refresh: true, cancellationToken), Form = FormState.Empty }))
            .RequireRoles(Roles.NightDoctor, Roles.Driver);
        foreach (var step in Steps)
        {
            app.MapPost($"/dispatches/{{id:guid}}/{step.ToString().ToLowerInvariant()}",
                    (Guid id, AnswerDispatchHandler answer, ShowPhone phone, FormPost post, PageRenderer pages, CancellationToken cancellationToken) =>
                        post.RunAsync(
                            form => answer.HandleAsync(new AnswerDispatchInput(id, step, form.Text("reason")), cancellationToken),
                            _ => "/phone",
                            async state => pages.Page<PhonePage>(new { Model = await phone.HandleAsync(id, refresh: false, cancellationToken), Form = state }),
                            cancellationToken))
                .RequireRoles(Roles.NightDoctor, Roles.Driver);
        }
    }
}
