using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Associations.TestCalls;

internal static class TestCallEndpoints
{
    public static void MapTestCalls(this IEndpointRouteBuilder app)
    {
        var calls = app.MapGroup("/test-calls").RequireRoles(Roles.DeskOperator, Roles.Secretariat);
        calls.MapGet("", (ListTestCalls list, PageRenderer pages, CancellationToken ct) => PageAsync(FormState.Empty, list, pages, ct));
        calls.MapPost("/{id:guid}", (Guid id, FormPost post, NoteTestCall note, ListTestCalls list, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => note.HandleAsync(id, form.Text("answered") switch { "yes" => true, "no" => false, _ => null }, ct), _ => "/test-calls",
            state => PageAsync(state, list, pages, ct), ct));
    }

    private static async Task<IResult> PageAsync(FormState state, ListTestCalls list, PageRenderer pages, CancellationToken cancellationToken) =>
        pages.Page<TestCallsPage>(new { Model = await list.HandleAsync(state, cancellationToken) });
}
