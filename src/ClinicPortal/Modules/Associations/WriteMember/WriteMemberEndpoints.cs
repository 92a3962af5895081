using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Associations.WriteMember;

internal static class WriteMemberEndpoints
{
    public static void MapWriteMember(this IEndpointRouteBuilder app)
    {
        var members = app.MapGroup("/members").RequireRoles(Roles.Secretariat);
        members.MapGet("/new", (PageRenderer pages) => NewPage(pages, FormState.Empty));
        members.MapPost("/new", (FormPost post, AddMember add, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => add.HandleAsync(WrittenClinic.From(form.Text), ct), id => $"/members/{id}", state => Task.FromResult(NewPage(pages, state)), ct));
        members.MapGet("/{id:guid}/edit", (Guid id, MemberForm show, PageRenderer pages, CancellationToken ct) => EditPageAsync(id, FormState.Empty, show, pages, ct));
        members.MapPost("/{id:guid}/edit", (Guid id, FormPost post, EditMember edit, MemberForm show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => edit.HandleAsync(id, form.Value<uint>(MemberFormModel.VersionField), WrittenClinic.From(form.Text), ct), _ => $"/members/{id}",
            state => EditPageAsync(id, state, show, pages, ct), ct));
    }

    private static IResult NewPage(PageRenderer pages, FormState state) => pages.Page<MemberFormPage>(new { Model = MemberForm.New(state) });

    private static async Task<IResult> EditPageAsync(Guid id, FormState state, MemberForm show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.EditAsync(id, state, cancellationToken) is { } model ? pages.Page<MemberFormPage>(new { Model = model }) : Results.NotFound();
}
