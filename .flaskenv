FLASK_APP=tipsite
