using ClinicPortal.Modules.NightDesk.IdentifyPatient;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.NightDesk.ShowCase;

/// <summary>The page of a case: when it is opened, and again when one of its forms was refused.</summary>
public sealed class CasePages(ShowCase show, PageRenderer pages)
{
    public Task<IResult> ShowAsync(Guid id, CancellationToken cancellationToken) => ShowAsync(id, CaseForms.Fresh, cancellationToken);

    /// <param name="found">What a search for its patient has found.</param>
    public async Task<IResult> ShowAsync(Guid id, CaseForms forms, CancellationToken cancellationToken, IdentifyModel? found = null) =>
        await show.HandleAsync(id, cancellationToken) is { } sheet
            ? pages.Page<CasePage>(new { Model = sheet, Forms = forms, Found = found ?? new IdentifyModel(id, null, [], More: false, MayBreakGlass: false) })
            : Results.NotFound();
}
