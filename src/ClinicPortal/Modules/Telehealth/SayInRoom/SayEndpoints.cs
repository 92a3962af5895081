using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;
using Joining = ClinicPortal.Modules.Telehealth.JoinConsultation.JoinConsultation;

namespace ClinicPortal.Modules.Telehealth.SayInRoom;

internal static class SayEndpoints
{
    private static readonly string[] Doctors = [Roles.ClinicDoctor, Roles.NightDoctor];
    private static readonly string[] ChartReaders = [.. Doctors, Roles.ClinicStaff];

    public static void MapSayInRoom(this IEndpointRouteBuilder app)
    {
        app.MapGet("/join/room/chat", (VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => visitor.RunAsync(Joining.Purpose, Joining.VisitorName,
            (services, pass) => ShowAsync(services.GetRequiredService<SayInRoom>().ForVisitorAsync(pass.Subject, FormState.Empty, ct), pages), ct)).AllowAnonymous();
        app.MapPost("/join/room/chat", (VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => VisitorSaysAsync(visitor, pages, false, ct)).AllowAnonymous();
        app.MapPost("/join/room/photo", (VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => VisitorSaysAsync(visitor, pages, true, ct)).AllowAnonymous();
        app.MapGet("/join/room/photos/{message:guid}", (Guid message, VisitorRequest visitor, CancellationToken ct) => visitor.RunAsync(Joining.Purpose, Joining.VisitorName,
            async (services, pass) => Image(await services.GetRequiredService<SayInRoom>().PhotoForVisitorAsync(pass.Subject, message, ct)), ct)).AllowAnonymous();

        app.MapGet("/consultations/{id:guid}/chat", (Guid id, SayInRoom say, PageRenderer pages, CancellationToken ct) =>
            ShowAsync(say.ForChartAsync(id, ct), pages)).RequireRoles(ChartReaders);
        app.MapPost("/consultations/{id:guid}/chat", (Guid id, SayInRoom say, FormPost post, PageRenderer pages, CancellationToken ct) => DoctorSaysAsync(id, say, post, pages, false, ct)).RequireRoles(Doctors);
        app.MapPost("/consultations/{id:guid}/photo", (Guid id, SayInRoom say, FormPost post, PageRenderer pages, CancellationToken ct) => DoctorSaysAsync(id, say, post, pages, true, ct)).RequireRoles(Doctors);
        app.MapGet("/consultations/{id:guid}/photos/{message:guid}", async (Guid id, Guid message, SayInRoom say, CancellationToken ct) => Image(await say.PhotoAsync(id, message, ct)))
            .RequireRoles(ChartReaders);
    }

    private static Task<IResult> VisitorSaysAsync(VisitorRequest visitor, PageRenderer pages, bool photo, CancellationToken cancellationToken) => visitor.RunAsync(
        Joining.Purpose, Joining.VisitorName,
        (services, pass) =>
        {
            var say = services.GetRequiredService<SayInRoom>();
            return services.GetRequiredService<FormPost>().RunAsync(
                async form => await say.SayAsVisitorAsync(pass.Subject, form.Text("text"), photo ? await FileAsync(form, cancellationToken) : null, cancellationToken),
                _ => "/join/room/chat", state => ShowAsync(say.ForVisitorAsync(pass.Subject, state, cancellationToken), pages), cancellationToken);
        },
        cancellationToken);

    private static Task<IResult> DoctorSaysAsync(Guid id, SayInRoom say, FormPost post, PageRenderer pages, bool photo, CancellationToken cancellationToken) => post.RunAsync(
        async form => await say.SayAsDoctorAsync(id, form.Text("text"), photo ? await FileAsync(form, cancellationToken) : null, cancellationToken),
        _ => $"/consultations/{id}/chat", state => ShowAsync(say.ForDoctorAsync(id, state, cancellationToken), pages), cancellationToken);

    /// <summary>One byte more than may come is enough to know that it is too much.</summary>
    private static async Task<byte[]> FileAsync(FormPost form, CancellationToken cancellationToken)
    {
        if (form.File("photo") is not { Length: > 0 and <= JpegPhoto.MaxBytes } file)
        {
            return [];
        }
        using var content = new MemoryStream();
        await file.CopyToAsync(content, cancellationToken);
        return content.ToArray();
    }

    private static async Task<IResult> ShowAsync(Task<RoomLines?> lines, PageRenderer pages) =>
        await lines is { } model ? pages.Fragment<ChatFrame>(new { Model = model }) : Results.NotFound();

    private static IResult Image(Photo? photo) => photo is null ? Results.NotFound() : Results.Bytes(photo.Content, photo.MediaType);
}
